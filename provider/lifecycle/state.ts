import { isDeepStrictEqual } from "node:util";

import { z } from "zod";

import { FluentsError } from "../errors";
import { digestJson, isJsonObject, parseJson, type JsonObject } from "../json";
import { quoteUrn, readResourceName } from "../resource-type";
import { sanitizeBag } from "../sanitize";
import { packageVersion } from "../version";
import {
  argumentNames,
  hasUnknown,
  parseInputs,
  pickArguments,
  sortPool,
  type AccountConnectionInputs,
} from "./inputs";

/** Version of what {@link encodeState} writes. */
export const stateVersion = 1;

/**
 * What the provider must remember beside the outputs. Stored encrypted, under a key that no diff shows; as JSON text, which
 * the engine has less work with than with an object.
 */
export interface StateRecord {
  /** The connection was there before this resource: it is never scrubbed. */
  readonly isAdopted: boolean;
  /** Names of the arguments that were given. */
  readonly managed: readonly string[];
  /** Top-level keys of `config` that were given. */
  readonly configKeys: readonly string[];
  /** The arguments that say nothing of the connection itself. */
  readonly onDelete: "retain" | "scrub";
  readonly allowDuplicate: boolean;
  readonly connectionId?: string | undefined;
  readonly rotationTrigger?: unknown;
  readonly verifyCredentials?: boolean | undefined;
  /** {@link digestInputs} of the inputs in the state, or of those that the last update confirmed. */
  readonly inputsDigest: string;
  /** Digest of the API key and base URL that last saw the connection. */
  readonly environmentDigest: string;
  /**
   * How the service showed credentials that it does not show in clear, at the first read after our last write, by JSON
   * pointer; `null` where it showed nothing. Absent until that read.
   */
  readonly shown?: Readonly<Record<string, unknown>> | undefined;
  /** Where the credentials in the state are what the service showed masked after a drift, as JSON pointers. */
  readonly hiddenDrift: readonly string[];
  /** The type was changed behind Pulumi's back, and nothing was sent since. */
  readonly hasTypeDrift?: boolean | undefined;
  /** Credentials that were sent without being confirmed, each time as a whole, the last ones last. */
  readonly sent?: readonly JsonObject[] | undefined;
  /** The `config` of the inputs in the state, as long as another that was sent is not confirmed. */
  readonly keptConfig?: JsonObject | undefined;
  /** Names of the arguments whose last sending is not confirmed. */
  readonly pending: readonly string[];
}

/** What the state holds of a connection. */
export interface AccountConnectionState {
  readonly type: string;
  readonly userId?: string | undefined;
  readonly label?: string | undefined;
  readonly description?: string | undefined;
  readonly steeringPool?: readonly string[] | undefined;
  readonly accountSupportsAnyCallerId?: boolean | undefined;
  readonly config?: JsonObject | undefined;
  readonly credentials?: JsonObject | undefined;
  readonly credentialsVersion?: number | undefined;
  readonly credentialsRotatedAt?: string | undefined;
  readonly record: StateRecord;
}

const recordKey = "__fluents";
const urnKey = "__urn";

/** Names of arguments; of a newer release, too. */
const argumentList = z.array(z.string());

/**
 * Left out of what is stored: with many resources the size of the state is the speed of Pulumi. They can never change: states
 * that leave them out live for ever.
 */
const recordDefaults = {
  isAdopted: false,
  configKeys: [],
  onDelete: "retain",
  allowDuplicate: false,
  hiddenDrift: [],
  pending: [],
} as const satisfies Partial<StateRecord>;

// Not z.record, which copies.
const jsonObject = z.custom<JsonObject>(isJsonObject);

const recordSchema = z.object({
  isAdopted: z.boolean().default(recordDefaults.isAdopted),
  managed: argumentList,
  configKeys: z.array(z.string()).default([...recordDefaults.configKeys]),
  onDelete: z.enum(["retain", "scrub"]).default(recordDefaults.onDelete),
  allowDuplicate: z.boolean().default(recordDefaults.allowDuplicate),
  connectionId: z.string().optional(),
  rotationTrigger: z.unknown().optional(),
  verifyCredentials: z.boolean().optional(),
  inputsDigest: z.string(),
  environmentDigest: z.string(),
  shown: jsonObject.optional(),
  hiddenDrift: z.array(z.string()).default([...recordDefaults.hiddenDrift]),
  hasTypeDrift: z.boolean().optional(),
  sent: z.array(jsonObject).optional(),
  keptConfig: jsonObject.optional(),
  pending: argumentList.default([...recordDefaults.pending]),
});

const outputsSchema = z.object({
  type: z.string(),
  userId: z.string().nullish(),
  label: z.string().nullish(),
  description: z.string().nullish(),
  steeringPool: z.array(z.string()).nullish(),
  accountSupportsAnyCallerId: z.boolean().nullish(),
  config: jsonObject.nullish(),
  credentials: jsonObject.nullish(),
  credentialsVersion: z.number().nullish(),
  credentialsRotatedAt: z.string().nullish(),
  [recordKey]: recordSchema,
});

const versionSchema = z.object({ stateVersion: z.number().int().min(1), writtenBy: z.string() });

/**
 * Reads the outputs of an earlier step.
 *
 * @returns `undefined` if they hold no record of ours: a resource from `get`, or one of an older dynamic provider
 * @throws FluentsError `state_too_new` if a newer package wrote them, `state_damaged` if they are not what one wrote
 */
export function parseState(outputs: JsonObject): AccountConnectionState | undefined {
  if (outputs[recordKey] === undefined || outputs[recordKey] === null) {
    return undefined;
  }
  const record = readRecord(outputs);
  const version = versionSchema.safeParse(record);
  if (version.success && version.data.stateVersion > stateVersion) {
    throw new FluentsError(
      "state_too_new",
      `${describeResource(outputs)}: its state was written by pulumi-fluents ${version.data.writtenBy}, and this is ` +
        `${packageVersion}, which cannot read it. Run \`npm install pulumi-fluents@${version.data.writtenBy}\`.`,
    );
  }
  const parsed = outputsSchema.safeParse({ ...outputs, [recordKey]: record });
  if (!version.success || !parsed.success) {
    const issues = [...(version.error?.issues ?? []), ...(parsed.error?.issues ?? [])];
    const paths = [...new Set(issues.map((issue) => issue.path.join(".") || recordKey))];
    throw new FluentsError(
      "state_damaged",
      `${describeResource(outputs)}: its state is damaged (${paths.join(", ")}). Take the resource out of the state with ` +
        `${describeStateDelete(outputs)}, which leaves the connection as it is, then adopt it again: add ` +
        "`connectionId` with its id to the program and run `pulumi up`.",
    );
  }
  const { [recordKey]: parsedRecord, ...rest } = parsed.data;
  return { ...omitNulls(rest), record: parsedRecord };
}

/** The outputs that are there: absent ones are stored as `null`. */
function omitNulls<T extends object>(outputs: T): { [K in keyof T]: Exclude<T[K], null> } {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== null)) as {
    [K in keyof T]: Exclude<T[K], null>;
  };
}

function readRecord(outputs: JsonObject): unknown {
  const text = outputs[recordKey];
  return typeof text === "string" ? parseJson(text) : undefined;
}

/** All that is secret in a property bag. */
export function pickSecrets(bag: JsonObject): unknown {
  const { shown, sent } = (readRecord(bag) ?? {}) as Partial<StateRecord>;
  return [bag.credentials, shown, sent];
}

/** Outputs for Pulumi: every output is there, since one that is absent would show as unknown in every preview. */
export function encodeState(state: AccountConnectionState, bag: JsonObject): Record<string, unknown> {
  return {
    ...encodeOutputs(state, bag),
    [recordKey]: JSON.stringify(
      sanitizeBag({ stateVersion, writtenBy: packageVersion, ...omitDefaults(state.record) }),
    ),
  };
}

function omitDefaults(record: StateRecord): JsonObject {
  const defaults: JsonObject = recordDefaults;
  return Object.fromEntries(
    Object.entries(record).filter(([name, value]) => !isDeepStrictEqual(value, defaults[name])),
  );
}

/** {@link encodeState} without a record, for a resource that only looks a connection up. */
export function encodeOutputs(
  state: Omit<AccountConnectionState, "record">,
  bag: JsonObject,
): Record<string, unknown> {
  return sanitizeBag({
    type: state.type,
    userId: state.userId ?? null,
    label: state.label ?? null,
    description: state.description ?? null,
    steeringPool: state.steeringPool ?? null,
    accountSupportsAnyCallerId: state.accountSupportsAnyCallerId ?? null,
    config: state.config ?? null,
    credentials: state.credentials ?? null,
    credentialsVersion: state.credentialsVersion ?? null,
    credentialsRotatedAt: state.credentialsRotatedAt ?? null,
    [urnKey]: bag[urnKey],
  });
}

/** Digest of the arguments in a bag: the same whatever the order of keys and pool, and whether defaults are written out. */
export function digestInputs(bag: JsonObject): string {
  const {
    steeringPool,
    onDelete = recordDefaults.onDelete,
    allowDuplicate = recordDefaults.allowDuplicate,
    verifyCredentials = false,
    ...rest
  } = pickArguments(bag);
  return digestJson({
    ...rest,
    onDelete,
    allowDuplicate,
    // States that were written before it was an argument keep their digest.
    ...(verifyCredentials === false ? {} : { verifyCredentials }),
    ...(Array.isArray(steeringPool) ? { steeringPool: sortPool(steeringPool) } : { steeringPool }),
  });
}

/** The part of the record that follows from the inputs. */
export function describeInputs(
  inputs: AccountConnectionInputs,
): Pick<
  StateRecord,
  | "managed"
  | "configKeys"
  | "onDelete"
  | "allowDuplicate"
  | "connectionId"
  | "rotationTrigger"
  | "verifyCredentials"
  | "inputsDigest"
> {
  return {
    managed: argumentNames.filter((name) => inputs[name] !== undefined),
    configKeys: Object.keys(inputs.config ?? {}),
    onDelete: inputs.onDelete ?? recordDefaults.onDelete,
    allowDuplicate: inputs.allowDuplicate ?? recordDefaults.allowDuplicate,
    connectionId: inputs.connectionId,
    rotationTrigger: inputs.rotationTrigger,
    verifyCredentials: inputs.verifyCredentials,
    inputsDigest: digestInputs({ ...inputs }),
  };
}

/** Name of the resource for messages; the outputs tell it by its URN. */
export function describeResource(bag: JsonObject): string {
  const urn = readUrn(bag);
  return urn === undefined ? "a resource" : `resource "${readResourceName(urn)}"`;
}

/** The command that takes a resource out of the state. Outputs have the URN of the last update: a rename is none. */
export function describeStateDelete(outputs: JsonObject): string {
  const urn = readUrn(outputs);
  return (
    `\`pulumi state delete ${urn === undefined ? "URN" : quoteUrn(urn)}\` ` +
    "(after a rename with the URN that `pulumi stack --show-urns` has for it)"
  );
}

/** URN of the resource of a bag; absent in a bag that an older dynamic provider wrote. */
export function readUrn(bag: JsonObject): string | undefined {
  const urn = bag[urnKey];
  return typeof urn === "string" && urn.startsWith("urn:") ? urn : undefined;
}

/**
 * Validates the arguments once more before anything is sent.
 *
 * @throws FluentsError `invalid_arguments` if they are not valid, or not all known
 */
export function requireInputs(bag: JsonObject): AccountConnectionInputs {
  const { inputs, problems } = parseInputs(bag);
  if (problems !== undefined) {
    throw new FluentsError("invalid_arguments", problems.join("\n"));
  }
  if (hasUnknown(inputs)) {
    throw new FluentsError(
      "invalid_arguments",
      "an argument is still unknown: what it depends on failed. Mend that first, then run `pulumi up` again",
    );
  }
  return inputs;
}
