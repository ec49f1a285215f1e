import { BulkReader } from "../api/bulk-reader";
import { Client } from "../api/client";
import { Transport } from "../api/transport";
import type { Connection } from "../api/wire";
import type { Surroundings } from "../http/http-client";
import type { Redactor } from "../redact";
import { Verifier } from "../vendors/verifier";
import { digestEnvironment, type Settings } from "../settings";
import type { Managers } from "./managers";

/** What the handlers of one provider process share: one API key, one base URL, one run of `pulumi`. */
export class Session {
  readonly client: Client;
  readonly reader: BulkReader;
  readonly verifier: Verifier;
  readonly warn: Surroundings["warn"];
  /** Digest of the API key and base URL. */
  readonly environmentDigest: string;
  /** Time limit of one request, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Ids that this process created. */
  readonly createdIds = new Set<string>();
  /** Digests in the state under which this process has found a connection with its own key. */
  readonly confirmedDigests = new Set<string>();
  readonly #reads = new Set<Promise<unknown>>();
  readonly #posts = new Set<Promise<unknown>>();
  #existing: Promise<readonly Connection[]> | undefined;

  constructor(
    settings: Settings,
    redactor: Redactor,
    surroundings: Surroundings,
    readonly managers: Managers,
  ) {
    this.client = new Client(new Transport(settings, redactor, surroundings), settings);
    this.reader = new BulkReader(this.client);
    this.verifier = new Verifier(settings, redactor, surroundings);
    this.environmentDigest = digestEnvironment(settings);
    this.requestTimeoutMs = settings.requestTimeoutMs;
    this.warn = surroundings.warn;
    this.confirmedDigests.add(this.environmentDigest);
  }

  /** The connections that were there before this process created its first one. */
  async listExisting(): Promise<readonly Connection[]> {
    this.#existing ??= this.client.list().catch((error: unknown) => {
      this.#existing = undefined;
      throw error;
    });
    return this.#existing;
  }

  /** Runs a read of which others wait for the end, see {@link untilRead}. */
  read<T>(task: () => Promise<T>): Promise<T> {
    return track(this.#reads, task);
  }

  /** Waits for the reads that are under way. */
  async untilRead(): Promise<void> {
    await Promise.allSettled(this.#reads);
  }

  /** Runs the POST of a creation, of which others wait for the end, see {@link untilPosted}. */
  post<T>(task: () => Promise<T>): Promise<T> {
    return track(this.#posts, task);
  }

  /** Waits for the creations that are under way: what they make belongs to them. */
  async untilPosted(): Promise<void> {
    await Promise.allSettled(this.#posts);
  }
}

async function track<T>(running: Set<Promise<unknown>>, task: () => Promise<T>): Promise<T> {
  const promise = task();
  running.add(promise);
  try {
    return await promise;
  } finally {
    running.delete(promise);
  }
}
