import { readFileSync, renameSync, writeFileSync } from "node:fs";

import { isJsonObject, type StoredConnection } from "./connection";

/** What is kept of one environment. */
export interface EnvironmentRecord {
  userId: string;
  connections: StoredConnection[];
}

/** What a state file holds: environments by the name that the digest of their API key gives them. */
export type StateRecord = Record<string, EnvironmentRecord>;

/**
 * Reads a state file.
 *
 * @returns `{}` if there is no such file.
 * @throws if it cannot be read or was not written by the emulator.
 */
export function readStateFile(file: string): StateRecord {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return {};
    }
    throw error;
  }
  const state = parseJson(text);
  if (!isStateRecord(state)) {
    throw new Error(`${file} is not a state file of the emulator: name another file, or delete it.`);
  }
  return state;
}

/** Writes a state file at once or not at all, readable by its owner only: it holds credentials. */
export function writeStateFile(file: string, state: StateRecord): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isStateRecord(value: unknown): value is StateRecord {
  return (
    isJsonObject(value) &&
    Object.values(value).every(
      (environment) =>
        isJsonObject(environment) &&
        typeof environment.userId === "string" &&
        Array.isArray(environment.connections) &&
        environment.connections.every((connection: unknown) => isConnection(connection)),
    )
  );
}

function isConnection(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    [value.id, value.user_id, value.type].every((text) => typeof text === "string") &&
    [value.credentials, value.config].every((object) => isJsonObject(object))
  );
}
