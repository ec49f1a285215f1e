import { z } from "zod";

import { isJsonObject, type JsonObject } from "../json";

/** A connection as the service has it. */
export interface Connection {
  readonly id: string;
  readonly type: string;
  readonly userId?: string | undefined;
  readonly label?: string | undefined;
  readonly description?: string | undefined;
  /** As the service shows them: in clear, masked, or absent. Secret. */
  readonly credentials?: JsonObject | undefined;
  readonly steeringPool?: readonly string[] | undefined;
  readonly accountSupportsAnyCallerId?: boolean | undefined;
  readonly config: JsonObject;
}

/** The fields of a connection that a request can set. */
export type ConnectionFields = Partial<Omit<Connection, "id">>;

/** A connection as the list has it. */
export interface ListedConnection extends Connection {
  /** Whether all that the list says of it could be read; if not, only id, type and label are there. */
  readonly isWhole: boolean;
}

/** One page of the list of connections. */
export interface ConnectionPage {
  readonly connections: readonly ListedConnection[];
  /** Whether the service says that there are more pages; absent if it does not say. */
  readonly hasMore?: boolean | undefined;
  /** How many connections the service says that there are, on all pages; absent if it does not say. */
  readonly total?: number | undefined;
  /** How many connections the service puts on a page, maybe fewer than were asked for; absent if it does not say. */
  readonly size?: number | undefined;
}

const wireNames = {
  type: "type",
  userId: "user_id",
  label: "label",
  description: "description",
  credentials: "credentials",
  steeringPool: "steering_pool",
  accountSupportsAnyCallerId: "account_supports_any_caller_id",
  config: "config",
} as const satisfies Record<keyof ConnectionFields, string>;

// Not z.record, which copies: these objects are passed on as they are.
const jsonObject = z.custom<JsonObject>(isJsonObject, "must be an object");

const wireConnection = z
  .object({
    id: z.string().min(1),
    type: z.string().min(1),
    user_id: z.string().nullish(),
    label: z.string().nullish(),
    description: z.string().nullish(),
    credentials: jsonObject.nullish(),
    steering_pool: z.array(z.string()).nullish(),
    account_supports_any_caller_id: z.boolean().nullish(),
    config: jsonObject.nullish(),
  })
  .transform((wire): Connection => ({
    id: wire.id,
    type: wire.type,
    userId: wire.user_id ?? undefined,
    label: wire.label ?? undefined,
    description: wire.description ?? undefined,
    credentials: wire.credentials ?? undefined,
    steeringPool: wire.steering_pool ?? undefined,
    accountSupportsAnyCallerId: wire.account_supports_any_caller_id ?? undefined,
    config: wire.config ?? {},
  }));

/** A list holds connections of others: one that is not as promised must not stop the work on ours. */
const wireItem = wireConnection
  .transform((connection): ListedConnection => ({ ...connection, isWhole: true }))
  .or(
    z.looseObject({ id: z.string().min(1) }).transform(({ id, type, label }): ListedConnection => ({
      id,
      type: typeof type === "string" ? type : "",
      label: typeof label === "string" ? label : undefined,
      config: {},
      isWhole: false,
    })),
  );

const wirePage = z
  .object({
    items: z.array(wireItem),
    has_more: z.boolean().nullish(),
    total: z.number().nullish().catch(undefined),
    size: z.number().positive().nullish().catch(undefined),
  })
  .transform((wire): ConnectionPage => ({
    connections: wire.items,
    hasMore: wire.has_more ?? undefined,
    total: wire.total ?? undefined,
    size: wire.size ?? undefined,
  }));

/** A decoded answer, or which of its fields are not what the API promises. */
export type Decoded<T> =
  | { readonly value: T; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: string };

function decode<T>(schema: z.ZodType<T>, body: unknown): Decoded<T> {
  const parsed = schema.safeParse(body);
  return parsed.success
    ? { value: parsed.data }
    : {
        problem: parsed.error.issues
          .map(
            (issue) => `${issue.path.length === 0 ? "the answer" : issue.path.join(".")}: ${issue.message}`,
          )
          .join("; "),
      };
}

/** Decodes a connection in an answer. */
export function decodeConnection(body: unknown): Decoded<Connection> {
  return decode(wireConnection, body);
}

/** Decodes a page of `GET /v1/account_connections/list`. */
export function decodePage(body: unknown): Decoded<ConnectionPage> {
  return decode(wirePage, body);
}

/** The id in an answer that is otherwise not valid: the connection exists all the same. */
export function findId(body: unknown): string | undefined {
  return isJsonObject(body) && typeof body.id === "string" && body.id !== "" ? body.id : undefined;
}

/** Request body for the fields that are given. */
export function encodeFields(fields: ConnectionFields): JsonObject {
  return Object.fromEntries(
    Object.entries(wireNames)
      .filter(([name]) => fields[name as keyof ConnectionFields] !== undefined)
      .map(([name, wireName]) => [wireName, fields[name as keyof ConnectionFields]]),
  );
}

/** Levels of an error body that are looked into. */
const deepestMessage = 8;

/** What an error body says, as text: its shape is not documented. It may quote what was sent: redact it. */
export function describeErrorBody(body: unknown, levels = deepestMessage): string | undefined {
  if (typeof body === "string") {
    return body.trim() === "" ? undefined : body.trim();
  }
  if (levels === 0) {
    return undefined;
  }
  if (Array.isArray(body)) {
    const parts = body
      .map((item) => describeErrorBody(item, levels - 1))
      .filter((part) => part !== undefined);
    return parts.length === 0 ? undefined : parts.join("; ");
  }
  if (!isJsonObject(body)) {
    return undefined;
  }
  if (typeof body.msg === "string") {
    const { loc } = body;
    return Array.isArray(loc) && loc.every((key) => typeof key === "string" || typeof key === "number")
      ? `${loc.join(".")}: ${body.msg}`
      : body.msg;
  }
  return describeErrorBody(body.detail ?? body.message ?? body.error, levels - 1);
}
