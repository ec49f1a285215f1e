import { randomUUID } from "node:crypto";

import {
  mergeObjects,
  type ConnectionChanges,
  type ConnectionFields,
  type NewConnection,
  type StoredConnection,
} from "./connection";
import { readStateFile, writeStateFile, type EnvironmentRecord, type StateRecord } from "./state-file";

/** What happens to the objects inside an update, `credentials` and `config`: laid over the old ones, or put in their place. */
export type ObjectUpdates = "merge" | "replace";

/** The connections of one environment. Everything that comes out is a copy. */
export class EnvironmentStore {
  readonly userId: string;
  readonly #connections: Map<string, StoredConnection>;
  readonly #save: () => void;

  constructor(record: EnvironmentRecord, save: () => void) {
    this.userId = record.userId;
    this.#connections = new Map(record.connections.map((connection) => [connection.id, connection]));
    this.#save = save;
  }

  /** All connections, oldest first. */
  list(): StoredConnection[] {
    return structuredClone([...this.#connections.values()]);
  }

  /** One page of connections, oldest first; pages count from 1. */
  listPage(page: number, size: number): { items: StoredConnection[]; total: number } {
    const start = (page - 1) * size;
    const items = [...this.#connections.values()].slice(start, start + size);
    return { items: structuredClone(items), total: this.#connections.size };
  }

  get(id: string): StoredConnection | undefined {
    return structuredClone(this.#connections.get(id));
  }

  add(fields: NewConnection, id: string = randomUUID()): StoredConnection {
    return this.#put({
      user_id: this.userId,
      credentials: {},
      config: {},
      ...fields,
      id,
    });
  }

  /** Sets fields as they are given. */
  change(id: string, changes: ConnectionChanges): StoredConnection {
    const changed = Object.entries({ ...this.#require(id), ...changes });
    return this.#put(
      Object.fromEntries(changed.filter(([, value]) => value !== undefined)) as unknown as StoredConnection,
    );
  }

  /** Sets fields as the update endpoint does. */
  update(id: string, fields: ConnectionFields, objects: ObjectUpdates): StoredConnection {
    const old = this.#require(id);
    const updated = { ...old, ...fields };
    if (objects === "merge") {
      updated.credentials = mergeObjects(old.credentials, fields.credentials ?? {});
      updated.config = mergeObjects(old.config, fields.config ?? {});
    }
    return this.#put(updated);
  }

  remove(id: string): void {
    this.#require(id);
    this.#connections.delete(id);
    this.#save();
  }

  #require(id: string): StoredConnection {
    const connection = this.#connections.get(id);
    if (connection === undefined) {
      throw new Error(`No connection has the id ${id} in this environment.`);
    }
    return connection;
  }

  #put(connection: StoredConnection): StoredConnection {
    this.#connections.set(connection.id, structuredClone(connection));
    this.#save();
    return structuredClone(connection);
  }
}

/** All environments, in memory, and in a file if one is named. */
export class Store {
  readonly #environments = new Map<string, EnvironmentStore>();
  readonly #stateFile: string | undefined;

  /** @throws if the state file exists and is not one. */
  constructor(stateFile?: string) {
    this.#stateFile = stateFile;
    if (stateFile !== undefined) {
      for (const [name, record] of Object.entries(readStateFile(stateFile))) {
        this.#open(name, record);
      }
    }
  }

  /** The environment of that name, made on first use. */
  environment(name: string): EnvironmentStore {
    return this.#environments.get(name) ?? this.#open(name, { userId: randomUUID(), connections: [] });
  }

  #open(name: string, record: EnvironmentRecord): EnvironmentStore {
    const environment = new EnvironmentStore(record, () => {
      this.#save();
    });
    this.#environments.set(name, environment);
    return environment;
  }

  #save(): void {
    if (this.#stateFile === undefined) {
      return;
    }
    const records: StateRecord = {};
    for (const [name, environment] of this.#environments) {
      records[name] = { userId: environment.userId, connections: environment.list() };
    }
    writeStateFile(this.#stateFile, records);
  }
}
