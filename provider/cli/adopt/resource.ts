import type { Connection } from "../../api/wire";
import { isJsonObject, listLeaves, splitPath, type JsonObject } from "../../json";
import { isMasked, isMaskedWord } from "../../lifecycle/credentials";
import {
  deepestNesting,
  hasUnknown,
  parseInputs,
  type AccountConnectionInputs,
  type ArgumentName,
} from "../../lifecycle/inputs";
import { findSecretSettings, type SecretTexts } from "./secret-texts";

/** A value that the program takes from the stack's configuration. */
export interface SecretValue {
  /** JSON pointer below the arguments, e.g. `/credentials/twilio_auth_token`. */
  readonly path: string;
  /** Secret. What Fluents shows: the mask where `isMasked`. */
  readonly value: string | number | boolean;
  /** Only the user knows the value. */
  readonly isMasked: boolean;
}

/** An argument that the program does not declare, and why. */
export interface LeftOut {
  readonly path: string;
  readonly reason: string;
}

/** A connection as the arguments of a resource. */
export interface ResourcePlan {
  readonly connection: Connection;
  /** The arguments. Those of `secrets` must not be written. */
  readonly args: JsonObject;
  readonly secrets: readonly SecretValue[];
  readonly leftOut: readonly LeftOut[];
}

const plainArguments = [
  "label",
  "description",
  "userId",
  "steeringPool",
  "accountSupportsAnyCallerId",
] as const satisfies ArgumentName[];

/**
 * Works out the arguments that adopt a connection without changing it.
 *
 * @param secretTexts the secrets that are known: they are not written in clear anywhere
 * @returns the plan, or why there can be none
 */
export function planResource(
  connection: Connection,
  secretTexts: SecretTexts,
):
  | { readonly plan: ResourcePlan; readonly problem?: undefined }
  | { readonly plan?: undefined; readonly problem: string } {
  const identity = { type: connection.type, connectionId: connection.id };
  const problem =
    findProblem(identity, "type", identity.type) ??
    findProblem(identity, "connectionId", identity.connectionId);
  if (problem !== undefined) {
    return { problem };
  }
  const args: Partial<Record<ArgumentName, unknown>> = { ...identity };
  const leftOut: LeftOut[] = [];
  const leaveOut = (path: string, reason: string) => leftOut.push({ path, reason });

  for (const name of plainArguments) {
    const value = connection[name];
    if (value === undefined || (name === "userId" && value === "")) {
      continue;
    }
    const reason = findProblem(identity, name, value);
    if (reason === undefined) {
      args[name] = value;
    } else {
      leaveOut(name, reason);
    }
  }
  const credentials = describeCredentials(connection.credentials, identity);
  if ("reason" in credentials) {
    leaveOut("credentials", credentials.reason);
  } else {
    args.credentials = credentials.value;
  }
  const config = describeConfig(connection.config, identity, secretTexts, leaveOut);
  if (Object.keys(config).length > 0) {
    args.config = config;
  }
  return { plan: { connection, args, secrets: listSecrets(args, secretTexts), leftOut } };
}

type Identity = Pick<AccountConnectionInputs, "type" | "connectionId">;

/** Why the resource's check, or Pulumi, would not take the value as it is. */
function findProblem(identity: Identity, name: ArgumentName, value: unknown): string | undefined {
  return findUnwritable(value) ?? parseInputs({ ...identity, [name]: value }).problems?.[0];
}

function findUnwritable(value: unknown): string | undefined {
  for (const leaf of listLeaves(value)) {
    if (splitPath(leaf.path).length > deepestNesting) {
      return `it is nested more than ${deepestNesting} levels deep`;
    }
    if (![leaf.path, leaf.value].every((text) => typeof text !== "string" || text.isWellFormed())) {
      return "it holds text that is not valid Unicode, which Pulumi would change";
    }
    if (typeof leaf.value === "number" && !Number.isFinite(leaf.value)) {
      return "it holds a number that JavaScript cannot keep";
    }
  }
  return hasUnknown(value)
    ? "it holds a text that Pulumi takes for a value that is not known yet"
    : undefined;
}

function describeCredentials(
  shown: JsonObject | undefined,
  identity: Identity,
): { readonly value: JsonObject } | { readonly reason: string } {
  if (shown === undefined) {
    return { reason: "Fluents does not show them; declare them here to manage them" };
  }
  const unwritable = findUnwritable(shown);
  if (unwritable !== undefined) {
    return { reason: unwritable };
  }
  const value = dropEmpty(shown);
  if (!isJsonObject(value)) {
    return { reason: "there are none; declare them here to set them" };
  }
  const reason = findProblem(identity, "credentials", value);
  return reason === undefined ? { value } : { reason };
}

/** A copy without the entries of objects that are `null` or `""`, which the resource refuses; absent if nothing is left. */
function dropEmpty(value: JsonObject): JsonObject | undefined {
  const entries = Object.entries(value)
    .map(([key, item]) => [key, dropEmptyValue(item)] as const)
    .filter(([, item]) => item !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function dropEmptyValue(value: unknown): unknown {
  if (value === null || value === "") {
    return undefined;
  }
  // An object that is empty at the service is a value like others.
  return isJsonObject(value) && Object.keys(value).length > 0 ? dropEmpty(value) : value;
}

function describeConfig(
  config: JsonObject,
  identity: Identity,
  secretTexts: SecretTexts,
  leaveOut: (path: string, reason: string) => void,
): JsonObject {
  return Object.fromEntries(
    Object.entries(config).filter(([key, value]) => {
      const item = Object.fromEntries([[key, value]]);
      const reason =
        findProblem(identity, "config", item) ??
        // The resource compares `config` with what Fluents shows: the true value would differ for ever.
        (listSecrets({ config: item }, secretTexts).some((secret) => secret.isMasked) ||
        listLeaves(value).some((leaf) => isMaskedWord(leaf.value))
          ? "Fluents masks a value in it"
          : undefined);
      if (reason !== undefined) {
        leaveOut(`config.${key}`, reason);
      }
      return reason === undefined;
    }),
  );
}

function listSecrets(args: JsonObject, secretTexts: SecretTexts): SecretValue[] {
  const settings = findSecretSettings(args.config);
  return listLeaves(args).flatMap(({ path, value }) => {
    const isScalar = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    return isScalar && value !== "" && isSecret(path, value)
      ? [{ path, value, isMasked: /^\/(?:credentials|config)\//.test(path) && isMasked(value) }]
      : [];
  });

  function isSecret(path: string, value: string | number | boolean): boolean {
    const [root = ""] = splitPath(path);
    switch (root) {
      case "credentials":
        return true;
      case "config":
        return (
          settings.has(path.slice("/config".length)) || (typeof value === "string" && secretTexts.isIn(value))
        );
      case "label":
      case "description":
        return typeof value === "string" && secretTexts.isIn(value);
      default:
        return false;
    }
  }
}
