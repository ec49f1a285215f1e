import { isJsonObject, type StoredConnection } from "./connection";

/** How answers show credentials: as they are, all but the last 4 characters of each text hidden, or not at all. */
export type CredentialsDisplay = "clear" | "masked" | "missing";

/** A connection as an answer shows it. */
export type ShownConnection = Omit<StoredConnection, "credentials"> &
  Partial<Pick<StoredConnection, "credentials">>;

/** Makes the copy of a connection that an answer shows. */
export function showConnection(connection: StoredConnection, display: CredentialsDisplay): ShownConnection {
  const { credentials, ...others } = connection;
  switch (display) {
    case "clear":
      return connection;
    case "masked":
      return { ...others, credentials: mapLeaves(credentials, maskText) };
    case "missing":
      return others;
  }
}

/** Replaces every value that is not an object or an array, at any depth. */
export function mapLeaves<T>(value: T, replace: (leaf: unknown) => unknown): T {
  if (Array.isArray(value)) {
    return value.map((item: unknown) => mapLeaves(item, replace)) as T;
  }
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, mapLeaves(item, replace)]),
    ) as T;
  }
  return replace(value) as T;
}

function maskText(leaf: unknown): unknown {
  if (typeof leaf !== "string") {
    return leaf;
  }
  // The last four characters of a text of four would be the whole secret.
  return leaf.length > 4 ? `****${leaf.slice(-4)}` : "****";
}
