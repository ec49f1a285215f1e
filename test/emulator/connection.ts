/** Any JSON object. */
export type JsonObject = Record<string, unknown>;

/** A connection as the service keeps it, under the API's own names, with its credentials in clear. */
export interface StoredConnection {
  id: string;
  user_id: string;
  type: string;
  credentials: JsonObject;
  config: JsonObject;
  label?: string;
  description?: string;
  steering_pool?: string[];
  account_supports_any_caller_id?: boolean;
}

/** The fields a caller can set; the id is the server's. */
export type ConnectionFields = Partial<Omit<StoredConnection, "id">>;

/** What a connection is made from: `credentials` and `config` default to `{}`, `user_id` to the environment's. */
export type NewConnection = ConnectionFields & Pick<StoredConnection, "type">;

/** Fields to set as they are; an optional field given as `undefined` is removed. */
export type ConnectionChanges = {
  [Field in keyof ConnectionFields]: undefined extends StoredConnection[Field]
    ? ConnectionFields[Field] | undefined
    : ConnectionFields[Field];
};

const fieldNames = [
  "user_id",
  "type",
  "label",
  "description",
  "credentials",
  "steering_pool",
  "account_supports_any_caller_id",
  "config",
] as const satisfies (keyof ConnectionFields)[];

/** Takes the fields of a connection out of a request body; other properties, an id included, are ignored. */
export function pickFields(body: ConnectionFields): ConnectionFields {
  return Object.fromEntries(
    fieldNames.filter((name) => body[name] !== undefined).map((name) => [name, structuredClone(body[name])]),
  );
}

/** Tells objects from arrays, `null` and everything else JSON has. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Lays `patch` over `base`, objects inside objects too; arrays and other values are replaced. */
export function mergeObjects(base: JsonObject, patch: JsonObject): JsonObject {
  const merged = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const old = merged[key];
    merged[key] = isJsonObject(old) && isJsonObject(value) ? mergeObjects(old, value) : value;
  }
  return merged;
}
