import { FluentsError, RequestError, traceRequest } from "../errors";
import type { Settings } from "../settings";
import type { Answer, Transport } from "./transport";
import {
  decodeConnection,
  decodePage,
  encodeFields,
  findId,
  type Connection,
  type ConnectionFields,
  type ConnectionPage,
  type Decoded,
  type ListedConnection,
} from "./wire";

/** Connections that are asked for on a page of the list: the most that the endpoint gives. */
export const pageSize = 100;

const paths = {
  get: "/v1/account_connections",
  list: "/v1/account_connections/list",
  create: "/v1/account_connections/create",
  update: "/v1/account_connections/update",
} as const;

interface ListOptions {
  /** Whether a page is asked for again after a fault of the service; where it only asks to wait, it is. Default true. */
  readonly isRepeatable?: boolean;
  /** URN of the resource that the list is for, if it is for one. */
  readonly urn?: string | undefined;
}

/** A created connection whose answer is not valid: it exists, and only its id is known. */
export class CreatedInvalidError extends FluentsError {
  constructor(
    readonly connectionId: string,
    message: string,
  ) {
    super("invalid_answer", message);
  }
}

/** The four endpoints for account connections. A request that is for one resource comes with its URN, for warnings. */
export class Client {
  readonly #transport: Transport;
  readonly #environmentConnectionId: string | undefined;
  /** Ids of the connections that this process has updated, or tried to. */
  readonly updatedIds = new Set<string>();
  /** By id, the type and label that this process has given by an update. */
  readonly updatedNames = new Map<
    string,
    { readonly type: string | undefined; readonly label: string | undefined }
  >();
  #environmentCheck: Promise<void> | undefined;

  constructor(transport: Transport, settings: Settings) {
    this.#transport = transport;
    this.#environmentConnectionId = settings.environmentConnectionId;
  }

  /**
   * `GET /v1/account_connections`.
   *
   * @returns the connection; `undefined` if the service has none with this id
   */
  async find(id: string, urn?: string): Promise<Connection | undefined> {
    try {
      const answer = await this.#transport.send({
        method: "GET",
        path: paths.get,
        query: { id },
        isRepeatable: true,
        urn,
      });
      return expectConnection(answer, `GET ${paths.get}`, id);
    } catch (error) {
      if (RequestError.isInstance(error) && error.code === "not_found") {
        return undefined;
      }
      throw error;
    }
  }

  /** `GET /v1/account_connections/list`, all pages. */
  async list(urn?: string): Promise<ListedConnection[]> {
    const found = new Map<string, ListedConnection>();
    for await (const { connections } of this.listPages({ urn })) {
      for (const connection of connections) {
        found.set(connection.id, connection);
      }
    }
    return [...found.values()];
  }

  /**
   * `GET /v1/account_connections/list`, page by page. The next one is asked for when it is wanted, and together with it, as
   * far as the service has told how many there are, as many more as were read before.
   */
  async *listPages(options: ListOptions = {}): AsyncGenerator<ConnectionPage, void, undefined> {
    const ids = new Set<string>();
    const pages: Promise<ConnectionPage>[] = [];
    let pageCount = 1;
    for (let index = 0; ; index += 1) {
      while (pages.length <= index || pages.length < Math.min(pageCount, 2 * index + 1)) {
        const page = this.#readPage(pages.length + 1, options);
        // It may fail before it is wanted, or never be wanted.
        page.catch(() => undefined);
        pages.push(page);
      }
      const page = (await pages[index]) as ConnectionPage;
      if (index === 0 && page.total !== undefined && page.connections.length > 0) {
        pageCount = Math.ceil(page.total / page.connections.length);
      }
      const countBefore = ids.size;
      for (const { id } of page.connections) {
        ids.add(id);
      }
      yield page;
      // A service that ignores `page` would answer the same page for ever.
      const isNews = ids.size > countBefore;
      const isFull = page.connections.length >= (page.size ?? pageSize);
      const hasMore = page.hasMore ?? (isFull || ids.size < (page.total ?? 0));
      if (!isNews || !hasMore) {
        return;
      }
    }
  }

  async #readPage(number: number, { isRepeatable = true, urn }: ListOptions): Promise<ConnectionPage> {
    const answer = await this.#transport.send({
      method: "GET",
      path: paths.list,
      query: { page: String(number), size: String(pageSize) },
      isRepeatable,
      urn,
    });
    return expectDecoded(decodePage(answer.body), answer, `GET ${paths.list}`);
  }

  /**
   * `POST /v1/account_connections/create`. Sent again only if it was certainly not carried out.
   *
   * @throws CreatedInvalidError if it was created but the answer shows no more than its id
   */
  async create(fields: ConnectionFields, urn?: string): Promise<Connection> {
    await this.assertEnvironment();
    const answer = await this.#transport.send({
      method: "POST",
      path: paths.create,
      body: encodeFields(fields),
      isRepeatable: false,
      urn,
    });
    const decoded = decodeConnection(answer.body);
    const id = findId(answer.body);
    if (decoded.problem !== undefined && id !== undefined) {
      throw new CreatedInvalidError(id, describeProblem(decoded.problem, answer, `POST ${paths.create}`));
    }
    return expectDecoded(decoded, answer, `POST ${paths.create}`);
  }

  /** `POST /v1/account_connections/update`: changes the fields that are given, and answers the whole connection. */
  async update(id: string, fields: ConnectionFields, urn?: string): Promise<Connection> {
    await this.assertEnvironment();
    this.updatedIds.add(id);
    const answer = await this.#transport.send({
      method: "POST",
      path: paths.update,
      query: { id },
      body: encodeFields(fields),
      isRepeatable: true,
      urn,
    });
    const connection = expectConnection(answer, `POST ${paths.update}`, id);
    const before = this.updatedNames.get(id);
    this.updatedNames.set(id, { type: fields.type ?? before?.type, label: fields.label ?? before?.label });
    return connection;
  }

  /**
   * Makes sure, once in a process, that the key sees `fluents:environmentConnectionId`.
   *
   * @throws FluentsError `wrong_environment` if it does not; nothing was written then
   */
  async assertEnvironment(): Promise<void> {
    this.#environmentCheck ??= this.#checkEnvironment().catch((error: unknown) => {
      this.#environmentCheck = undefined;
      throw error;
    });
    await this.#environmentCheck;
  }

  async #checkEnvironment(): Promise<void> {
    const id = this.#environmentConnectionId;
    if (id !== undefined && (await this.find(id)) === undefined) {
      throw new FluentsError(
        "wrong_environment",
        `the API key does not see connection ${id} of fluents:environmentConnectionId: it belongs to another ` +
          "environment than this stack, or the connection was deleted, so nothing was written. Set the right key with " +
          "`pulumi config set --secret fluents:apiKey`, or the right id with `pulumi config set fluents:environmentConnectionId`; " +
          "`pulumi config rm fluents:environmentConnectionId` takes the guard away. If the key and the id are right, see that " +
          "fluents:baseUrl (or FLUENTS_API_URL) is the address of the API",
      );
    }
  }
}

function expectConnection(answer: Answer, request: string, id: string): Connection {
  const connection = expectDecoded(decodeConnection(answer.body), answer, request);
  if (connection.id !== id) {
    throw new RequestError(
      "invalid_answer",
      {
        reason: `${request}: Fluents answered another connection than ${id}${traceRequest(answer.requestId)}`,
      },
      { status: answer.status, mayHaveApplied: true },
    );
  }
  return connection;
}

function expectDecoded<T>(decoded: Decoded<T>, answer: Answer, request: string): T {
  if (decoded.problem !== undefined) {
    throw new RequestError(
      "invalid_answer",
      { reason: describeProblem(decoded.problem, answer, request) },
      { status: answer.status, mayHaveApplied: true },
    );
  }
  return decoded.value;
}

function describeProblem(problem: string, answer: Answer, request: string): string {
  return `${request}: Fluents answered ${answer.status}, but not with what its API promises: ${problem}${traceRequest(answer.requestId)}`;
}
