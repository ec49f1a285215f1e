import { z } from "zod";

import { AccountConnectionType } from "../account-connection-type";
import { describePath, isJsonObject, listLeaves, splitPath, type JsonObject } from "../json";
import { pulumiSignatureKey } from "../sanitize";
import { isVerifiableType, vendors } from "../vendors/vendors";
import { findNearest } from "./nearest";

/** What stands for a value that is not known yet, anywhere in a property bag: `unknownValue` of the SDK. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The arguments, as the provider process gets them. `undefined` means not managed. */
export interface AccountConnectionInputs {
  readonly type: string;
  readonly connectionId?: string | undefined;
  readonly label?: string | undefined;
  readonly description?: string | undefined;
  readonly userId?: string | undefined;
  readonly credentials?: JsonObject | undefined;
  readonly steeringPool?: readonly string[] | undefined;
  readonly accountSupportsAnyCallerId?: boolean | undefined;
  readonly config?: JsonObject | undefined;
  readonly rotationTrigger?: unknown;
  readonly verifyCredentials?: boolean | undefined;
  readonly onDelete?: "retain" | "scrub" | undefined;
  readonly allowDuplicate?: boolean | undefined;
}

/** Name of an argument. */
export type ArgumentName = keyof AccountConnectionInputs;

/** Deeper values cannot be encoded for Pulumi or for the API. */
export const deepestNesting = 64;

const reservedKeys = new Set(["__proto__", pulumiSignatureKey]);

function nonEmptyText(example: string) {
  const error = `must be text that is not empty, e.g. "${example}"`;
  return z.string(error).min(1, error);
}

const textError = 'must be text; "" empties it, leave it out to not manage it';
const poolError = 'must be a list of phone numbers, e.g. ["+14155550100"]; [] empties it';
const objectError = (example: string) => `must be an object, e.g. ${example}`;

/** A type of account connection. */
export const connectionTypeSchema = z
  .string("must be text, e.g. AccountConnectionType.Twilio")
  .superRefine((value, context) => {
    if (!isConnectionType(value)) {
      const nearest = findNearest(value, Object.values(AccountConnectionType));
      context.addIssue(`is not a type of account connection; the nearest is "${nearest}"`);
    }
  });

const jsonValue = z.unknown().superRefine((value, context) => {
  for (const { path, value: leaf } of listLeaves(value)) {
    const keys = splitPath(path);
    if (typeof leaf === "number" && !Number.isFinite(leaf)) {
      context.addIssue({ code: "custom", path: keys, message: `is ${leaf}: is its config value set?` });
      return;
    }
    if (keys.length > deepestNesting) {
      context.addIssue(`is nested more than ${deepestNesting} levels deep: make it flatter`);
      return;
    }
    const reserved = keys.findIndex((key) => reservedKeys.has(key));
    if (reserved >= 0) {
      context.addIssue({
        code: "custom",
        path: keys.slice(0, reserved + 1),
        message: "is a key that Pulumi or JavaScript reserves: give it another name",
      });
      return;
    }
  }
});

const jsonObject = (example: string) =>
  z
    .custom<JsonObject>(isJsonObject, objectError(example))
    .pipe(jsonValue as z.ZodType<JsonObject, JsonObject>);

const credentials = jsonObject("{ twilio_account_sid: …, twilio_auth_token: … }").superRefine(
  (value, context) => {
    if (Object.keys(value).length === 0) {
      context.addIssue(
        "must not be empty: give the vendor's credentials, or leave it out beside connectionId",
      );
    }
    for (const leaf of listLeaves(value)) {
      if (leaf.value === null || (typeof leaf.value === "string" && leaf.value.trim() === "")) {
        context.addIssue({
          code: "custom",
          path: splitPath(leaf.path),
          message: "must not be empty: is its config value set? See `pulumi config`",
        });
      }
    }
  },
);

const steeringPool = z
  .array(z.string(poolError).min(1, "must not be empty: leave it out"), poolError)
  .superRefine((numbers, context) => {
    const seen = new Set<string>();
    numbers.forEach((number, index) => {
      if (number !== unknownValue && seen.has(number)) {
        context.addIssue({ code: "custom", path: [index], message: "is there twice: give each number once" });
      }
      seen.add(number);
    });
  });

const schemas = {
  type: connectionTypeSchema,
  connectionId: nonEmptyText("550e8400-e29b-41d4-a716-446655440000").optional(),
  label: z.string(textError).optional(),
  description: z.string(textError).optional(),
  userId: nonEmptyText("550e8400-e29b-41d4-a716-446655440000").optional(),
  credentials: credentials.optional(),
  steeringPool: steeringPool.optional(),
  accountSupportsAnyCallerId: z.boolean("must be true or false").optional(),
  config: jsonObject("{ voicemail_detection: {} }").optional(),
  rotationTrigger: jsonValue.optional(),
  verifyCredentials: z.boolean("must be true or false").optional(),
  onDelete: z.enum(["retain", "scrub"], 'must be "retain" or "scrub"').optional(),
  allowDuplicate: z.boolean("must be true or false").optional(),
} as const satisfies Record<ArgumentName, z.ZodType>;

/** Names of the arguments. */
export const argumentNames = Object.keys(schemas) as ArgumentName[];

/** Whether `type` has the form of a type of account connection. */
export function isConnectionType(type: string): boolean {
  return /^account_connection_[a-z0-9_]+$/.test(type);
}

/** Whether `type` is one that this release knows. */
export function isKnownConnectionType(type: string): boolean {
  return (Object.values(AccountConnectionType) as string[]).includes(type);
}

/** The arguments in a property bag as they are, without those that are absent and without Pulumi's own keys. */
export function pickArguments(bag: JsonObject): Partial<Record<ArgumentName, unknown>> {
  return Object.fromEntries(
    argumentNames
      .filter((name) => Object.hasOwn(bag, name) && bag[name] !== undefined && bag[name] !== null)
      .map((name) => [name, bag[name]]),
  );
}

/** Parsed arguments, or what is wrong with them, a line each, without values. */
export type InputsResult =
  | { readonly inputs: AccountConnectionInputs; readonly problems?: undefined }
  | { readonly inputs?: undefined; readonly problems: readonly string[] };

/**
 * Validates the arguments of a property bag. Unknown values pass.
 *
 * @returns the inputs if all is well, else one line for each problem
 */
export function parseInputs(bag: JsonObject): InputsResult {
  const given = pickArguments(bag);
  const parsed: Partial<Record<ArgumentName, unknown>> = {};
  const problems = findUnknownNames(bag);
  for (const name of argumentNames) {
    const value = given[name];
    if (value === unknownValue) {
      parsed[name] = value;
      continue;
    }
    const result = schemas[name].safeParse(value);
    if (result.success) {
      parsed[name] = result.data;
    } else if (value === undefined) {
      problems.push(`${name} is required, e.g. AccountConnectionType.Twilio`);
    } else {
      problems.push(
        ...result.error.issues.map((issue) => `${describePath([name, ...issue.path])} ${issue.message}`),
      );
    }
  }
  if (given.connectionId === undefined && given.credentials === undefined) {
    problems.push("credentials is required, unless connectionId names a connection to adopt");
  }
  if (given.connectionId !== undefined && given.onDelete === "scrub") {
    problems.push(
      'onDelete must not be "scrub" beside connectionId: an adopted connection is always retained',
    );
  }
  if (given.verifyCredentials === true) {
    problems.push(...findUnverifiable(given));
  }
  return problems.length === 0 ? { inputs: parsed as unknown as AccountConnectionInputs } : { problems };
}

/** Why the credentials could not be verified; nothing if they can, or are not known yet. */
function findUnverifiable({ type, credentials }: Partial<Record<ArgumentName, unknown>>): string[] {
  if (typeof type !== "string" || type === unknownValue || !isConnectionType(type)) {
    return [];
  }
  if (!isVerifiableType(type)) {
    return [
      `verifyCredentials: credentials of ${type} cannot be verified, only those of ` +
        `${Object.keys(vendors).join(" and ")}: leave it out`,
    ];
  }
  return isJsonObject(credentials)
    ? vendors[type].keys
        .filter((key) => typeof credentials[key] !== "string")
        .map((key) => `credentials.${key} must be text where verifyCredentials is true`)
    : [];
}

/** A pool, in which order does not count, in one order; one that holds something else than text, which check refuses, as it is. */
export function sortPool(pool: readonly unknown[]): readonly unknown[] {
  return pool.every((number) => typeof number === "string") ? pool.toSorted() : pool;
}

/** Whether something in `value` is not known yet. */
export function hasUnknown(value: unknown): boolean {
  return listLeaves(value).some((leaf) => leaf.value === unknownValue);
}

function findUnknownNames(bag: JsonObject): string[] {
  return Object.keys(bag)
    .filter((key) => !key.startsWith("__") && !Object.hasOwn(schemas, key) && bag[key] !== undefined)
    .map(
      (key) =>
        `${describePath([key])} is not an argument; did you mean "${findNearest(key, argumentNames)}"?`,
    );
}
