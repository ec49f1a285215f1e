import { isSameJson } from "../json";
import { pageSize, type Client } from "./client";
import type { Connection, ConnectionPage, ListedConnection } from "./wire";

/** What is asked of the client. */
type Source = Pick<Client, "find" | "listPages" | "updatedIds">;

/**
 * Reads many connections one at a time, or from the list where that costs fewer requests.
 *
 * How many will be asked for is not known before. So it goes over to the list, page by page, once the single reads made and
 * wanted are as many as the pages would be: together they never cost more than about twice the cheaper way. What the list
 * does not hold, does not tell in full, or shows otherwise than a single read, is read singly.
 */
export class BulkReader {
  #round: Round;

  constructor(private readonly client: Source) {
    this.#round = new Round(client);
  }

  /**
   * Finds a connection; `undefined` if the service has none with this id.
   *
   * @param isInFull whether the list tells all of a connection that the caller needs
   * @param urn URN of the resource that it is for
   */
  async find(
    id: string,
    isInFull: (listed: Connection) => boolean,
    urn?: string,
  ): Promise<Connection | undefined> {
    if (this.#round.hasAskedFor(id)) {
      // Read once more: this is another refresh, to which the list of the last one is old.
      this.#round = new Round(this.client);
    }
    return this.#round.find(id, isInFull, urn);
  }
}

/** The reads of one refresh. */
class Round {
  readonly #client: Source;
  readonly #askedFor = new Set<string>();
  readonly #listed = new Map<string, ListedConnection>();
  readonly #singleReads = new Map<string, Promise<Connection | undefined>>();
  readonly #pages: AsyncGenerator<ConnectionPage, void, undefined>;
  #pageOnItsWay: Promise<void> | undefined;
  #pageCount = 0;
  /** Pages of the list; absent as long as the service has not said. */
  #total: number | undefined;
  #isListOver = false;
  /** By type of connection. */
  readonly #agreements = new Map<string, Promise<boolean>>();

  constructor(client: Source) {
    this.#client = client;
    // Where the list fails, single reads take its place at once.
    this.#pages = client.listPages({ isRepeatable: false });
  }

  hasAskedFor(id: string): boolean {
    return this.#askedFor.has(id);
  }

  async find(
    id: string,
    isInFull: (listed: Connection) => boolean,
    urn: string | undefined,
  ): Promise<Connection | undefined> {
    this.#askedFor.add(id);
    const listed = await this.#findListed(id);
    if (listed?.isWhole === true && isInFull(listed) && (await this.#agrees(listed)) && this.#isCurrent(id)) {
      return listed;
    }
    return this.#isCurrent(id) ? this.#readSingly(id, urn) : this.#client.find(id, urn);
  }

  async #findListed(id: string): Promise<ListedConnection | undefined> {
    while (this.#isCurrent(id) && !this.#listed.has(id) && !this.#isListOver && this.#isListWorthwhile()) {
      await (this.#pageOnItsWay ??= this.#fetchPage());
    }
    return this.#listed.get(id);
  }

  /** A write of this process must not be hidden by a page that was read before it. */
  #isCurrent(id: string): boolean {
    return !this.#client.updatedIds.has(id);
  }

  #isListWorthwhile(): boolean {
    return this.#askedFor.size >= (this.#total ?? Math.max(2, this.#pageCount + 1));
  }

  async #fetchPage(): Promise<void> {
    try {
      const { value: page } = await this.#pages.next();
      this.#isListOver = page === undefined;
      this.#pageCount += 1;
      this.#total = page?.total === undefined ? undefined : Math.ceil(page.total / pageSize);
      for (const connection of page?.connections ?? []) {
        this.#listed.set(connection.id, connection);
      }
    } catch {
      this.#isListOver = true;
    } finally {
      this.#pageOnItsWay = undefined;
    }
  }

  /** Whether the list shows connections as single reads do: it could mask more, or say less. One of each type is compared. */
  async #agrees(listed: ListedConnection): Promise<boolean> {
    let agreement = this.#agreements.get(listed.type);
    if (agreement === undefined) {
      agreement = this.#compare(this.#findReadAlready(listed.type) ?? listed);
      this.#agreements.set(listed.type, agreement);
    }
    return agreement;
  }

  #findReadAlready(type: string): ListedConnection | undefined {
    return [...this.#singleReads.keys()]
      .filter((id) => this.#isCurrent(id))
      .map((id) => this.#listed.get(id))
      .find((listed) => listed?.type === type);
  }

  async #compare(listed: ListedConnection): Promise<boolean> {
    try {
      const read = await this.#readSingly(listed.id);
      return read !== undefined && isSameJson(listed, { ...read, isWhole: true });
    } catch {
      return false;
    }
  }

  #readSingly(id: string, urn?: string): Promise<Connection | undefined> {
    let read = this.#singleReads.get(id);
    if (read === undefined) {
      read = this.#client.find(id, urn);
      this.#singleReads.set(id, read);
    }
    return read;
  }
}
