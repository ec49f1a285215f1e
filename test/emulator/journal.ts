import { createHash } from "node:crypto";

import { isJsonObject } from "./connection";
import { mapLeaves } from "./masking";

/** How a request ended: the status sent, the connection reset, never answered, or not answered yet. */
export type Outcome = number | "reset" | "hang" | "pending";

/** One request that reached the emulator. */
export interface JournalEntry {
  /** 1 for the first request; goes on after `clearJournal`. */
  sequence: number;
  /** Arrival, in milliseconds since the epoch. */
  receivedAtMs: number;
  /** When the answer was sent or refused, in milliseconds since the epoch; absent while it is pending. */
  settledAtMs?: number;
  method: string;
  /** Path without the query. */
  path: string;
  query: Record<string, string | string[]>;
  /** Name made from a digest of the API key; absent without a key. Never the key itself. */
  environment?: string;
  /** The parsed body, credentials in clear; absent if there was none or it is not JSON. */
  body?: unknown;
  status: Outcome;
  /** Whether the request changed the store. */
  applied: boolean;
  /** Name, else kind, of the fault that altered the answer. */
  fault?: string;
}

/** Names the environment that an API key opens, without telling the key. */
export function nameEnvironment(apiKey: string): string {
  return `env-${createHash("sha256").update(apiKey).digest("hex").slice(0, 12)}`;
}

/** Requests in the order of their arrival. */
export class Journal {
  readonly entries: JournalEntry[] = [];
  #sequence = 0;
  readonly #onSettled: (entry: JournalEntry) => void;

  constructor(onSettled: (entry: JournalEntry) => void) {
    this.#onSettled = onSettled;
  }

  /** Adds a request that has just arrived. */
  open(request: Pick<JournalEntry, "method" | "path" | "query">): JournalEntry {
    this.#sequence += 1;
    const entry: JournalEntry = {
      sequence: this.#sequence,
      receivedAtMs: Date.now(),
      ...request,
      status: "pending",
      applied: false,
    };
    this.entries.push(entry);
    return entry;
  }

  /** Notes how a request ended. Call it before the first byte leaves, so that a client never sees more than the journal. */
  settle(entry: JournalEntry, status: Outcome): void {
    entry.status = status;
    entry.settledAtMs = Date.now();
    this.#onSettled(entry);
  }
}

const shownFields = new Set([
  "id",
  "user_id",
  "type",
  "label",
  "description",
  "steering_pool",
  "account_supports_any_caller_id",
]);

/**
 * Writes a request as one line, `POST /v1/… {"label":"x"} -> 201`. The values of credentials, of config, and of any field
 * the API does not have (it could be `credentials`, misspelt), are shown as `[hidden]`.
 */
export function formatJournalEntry(entry: Readonly<JournalEntry>): string {
  const query = formatQuery(entry.query);
  const target = query === "" ? entry.path : `${entry.path}?${query}`;
  const body = entry.body === undefined ? "" : ` ${JSON.stringify(hideSecrets(entry.body))}`;
  const applied = entry.applied ? ", applied" : "";
  const fault = entry.fault === undefined ? "" : ` (fault ${entry.fault}${applied})`;
  return `${entry.method} ${target}${body} -> ${entry.status}${fault}`;
}

function formatQuery(query: JournalEntry["query"]): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((item): [string, string] => [name, item]),
  );
  return new URLSearchParams(pairs).toString();
}

function hideSecrets(body: unknown): unknown {
  if (!isJsonObject(body)) {
    return hide(body);
  }
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, shownFields.has(key) ? value : hide(value)]),
  );
}

function hide(value: unknown): unknown {
  return mapLeaves(value, () => "[hidden]");
}
