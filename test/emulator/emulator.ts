import { setMaxListeners } from "node:events";
import type { AddressInfo } from "node:net";

import type { ConnectionChanges, NewConnection, StoredConnection } from "./connection";
import { startFaultPlan, type FaultPlan } from "./faults";
import { Journal, nameEnvironment, type JournalEntry } from "./journal";
import { readApiDescription } from "./openapi";
import { addRoute, type Behaviour } from "./routes";
import { createServer, readApiKey } from "./server";
import { Store } from "./store";

/** Settings of an emulator. */
export interface EmulatorOptions extends Partial<Behaviour> {
  /** Port on 127.0.0.1. Default 0: a free one. */
  port?: number;
  /** File that keeps the connections, credentials in clear, mode 0600. Default: memory only. */
  stateFile?: string;
  /** Keys that are good; others get 401. Default: every key is, and opens an environment of its own. */
  apiKeys?: readonly string[];
  /** What goes wrong. Default: nothing. */
  faults?: FaultPlan;
  /** Called when a request is answered or refused. Default: nothing. */
  onSettled?: (entry: Readonly<JournalEntry>) => void;
}

/** The truth about one environment, credentials in clear; as its dashboard, past the API and the journal. */
export interface Environment {
  /** Owner of its connections, a UUID. */
  readonly userId: string;
  /** All connections, oldest first. */
  list(): StoredConnection[];
  get(id: string): StoredConnection | undefined;
  /** Makes a connection. The id is a random one, unless it is given. */
  add(fields: NewConnection, id?: string): StoredConnection;
  /** Sets fields, objects whole. @throws if no connection has the id. */
  change(id: string, changes: ConnectionChanges): StoredConnection;
  /** @throws if no connection has the id. */
  remove(id: string): void;
}

/** A running emulator. */
export interface Emulator {
  /** Base URL, without a slash at the end. */
  readonly url: string;
  /** Requests in the order of their arrival; grows while you look at it. */
  readonly journal: readonly Readonly<JournalEntry>[];
  /** Empties the journal. */
  clearJournal(): void;
  /** The environment that the key opens. @throws if the emulator does not accept the key. */
  environment(apiKey: string): Environment;
  /** Changes how the service behaves from the next request on. */
  configure(behaviour: Partial<Behaviour>): void;
  /** Replaces the fault plan and its counts; `[]` ends all faults. */
  setFaults(plan: FaultPlan): void;
  /** Ends every request, hanging ones too, and frees the port. */
  close(): Promise<void>;
}

/** Starts a local Fluents API on 127.0.0.1: the endpoints of fluents.openapi.yaml, one environment per API key. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { credentials = "clear", objects = "replace", latencyMs = 0, apiKeys } = options;
  const behaviour: Behaviour = { credentials, objects, latencyMs };
  const store = new Store(options.stateFile);
  const journal = new Journal(options.onSettled ?? (() => undefined));
  const closing = new AbortController();
  // Every request that waits listens; Node.js takes more than ten listeners for a leak.
  setMaxListeners(0, closing.signal);
  let takeFault = startFaultPlan(options.faults ?? []);

  const accepts = (apiKey: string): boolean => apiKeys?.includes(apiKey) ?? apiKey !== "";
  const app = createServer(journal, accepts);
  const description = readApiDescription();
  app.addSchema(description.components);
  for (const route of description.routes) {
    addRoute(app, route, {
      behaviour,
      closing: closing.signal,
      environmentOf: (request) => store.environment(nameEnvironment(readApiKey(request) ?? "")),
      takeFault: (target) => takeFault(target),
      settle: (entry, status) => {
        journal.settle(entry, status);
      },
    });
  }

  await app.listen({ host: "127.0.0.1", port: options.port ?? 0 });
  const { port } = app.server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    journal: journal.entries,
    clearJournal: () => {
      journal.entries.length = 0;
    },
    environment: (apiKey) => {
      if (!accepts(apiKey)) {
        throw new Error("The emulator does not accept this API key.");
      }
      return store.environment(nameEnvironment(apiKey));
    },
    configure: (changes) => {
      Object.assign(behaviour, changes);
    },
    setFaults: (plan) => {
      takeFault = startFaultPlan(plan);
    },
    close: async () => {
      closing.abort();
      await app.close();
    },
  };
}
