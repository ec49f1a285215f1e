import type { Connection, ConnectionFields } from "../api/wire";
import { isJsonObject, isSameJson, listLeaves, pickKeys, type JsonObject } from "../json";
import { compareCredentials, isMaskedWord } from "./credentials";
import { deepestNesting, sortPool, type AccountConnectionInputs } from "./inputs";
import type { AccountConnectionState } from "./state";

/** The fields that are compared and sent as they are; `credentials` and `config` have rules of their own. */
export const plainFields = [
  "type",
  "label",
  "description",
  "userId",
  "steeringPool",
  "accountSupportsAnyCallerId",
] as const;

/** Name of a plain field. */
export type PlainField = (typeof plainFields)[number];

/** What of the arguments the connection does not have yet. */
export interface Plan {
  readonly plain: readonly PlainField[];
  readonly credentials: boolean;
  readonly config: boolean;
}

/** Whether a declared value and the service's are the same; `""`, `[]` and `false` are the same as nothing, a pool is a set. */
export function matchesField(declared: unknown, observed: unknown): boolean {
  if (Array.isArray(declared)) {
    return isSameJson(sortPool(declared), sortPool(Array.isArray(observed) ? observed : []));
  }
  return declared === observed || ((declared === "" || declared === false) && observed === undefined);
}

/** Whether each declared top-level key of `config` has its value at the service. */
export function matchesConfig(declared: JsonObject, observed: JsonObject | undefined): boolean {
  return Object.entries(declared).every(
    ([key, value]) =>
      observed !== undefined && Object.hasOwn(observed, key) && isSameJson(value, observed[key]),
  );
}

/**
 * What the service shows of the declared keys of `config`, with our value wherever it shows a mask, which cannot be
 * compared.
 */
export function observeConfig(declared: JsonObject, observed: JsonObject): JsonObject {
  const shown = pickKeys(observed, Object.keys(declared));
  return Object.fromEntries(Object.entries(shown).map(([key, value]) => [key, unmask(declared[key], value)]));
}

/** Below what arguments can have nothing is ours: a service may answer what is nested more deeply than recursion goes. */
function unmask(ours: unknown, shown: unknown, levels = deepestNesting): unknown {
  if (isMaskedWord(shown)) {
    return ours ?? shown;
  }
  if (levels === 0) {
    return shown;
  }
  if (Array.isArray(shown)) {
    return shown.map((item, index) =>
      unmask(Array.isArray(ours) ? ours[index] : undefined, item, levels - 1),
    );
  }
  if (isJsonObject(shown)) {
    const known = isJsonObject(ours) ? ours : {};
    return Object.fromEntries(
      Object.entries(shown).map(([key, item]) => [
        key,
        unmask(Object.hasOwn(known, key) ? known[key] : undefined, item, levels - 1),
      ]),
    );
  }
  return shown;
}

/** The plain fields in which `observed` is not as declared. */
export function findChangedFields(
  inputs: AccountConnectionInputs,
  observed: Pick<Connection, PlainField>,
): PlainField[] {
  return plainFields.filter(
    (name) => inputs[name] !== undefined && !matchesField(inputs[name], observed[name]),
  );
}

/** Compares the arguments with the state. A change of type sends credentials and config with it. */
export function planUpdate(inputs: AccountConnectionInputs, state: AccountConnectionState): Plan {
  const { pending, rotationTrigger } = state.record;
  const changed = findChangedFields(inputs, state);
  const plain = plainFields.filter(
    (name) => changed.includes(name) || (pending.includes(name) && inputs[name] !== undefined),
  );
  const isTypeSent = plain.includes("type");
  return {
    plain,
    credentials:
      inputs.credentials !== undefined &&
      (isTypeSent ||
        pending.includes("credentials") ||
        !isSameJson(inputs.credentials, state.credentials) ||
        (inputs.rotationTrigger !== undefined && !isSameJson(inputs.rotationTrigger, rotationTrigger))),
    config:
      inputs.config !== undefined &&
      (isTypeSent || pending.includes("config") || !matchesConfig(inputs.config, state.config)),
  };
}

/** What an adoption has to change: credentials that are not shown in clear cannot be compared, and are sent once. */
export function planAdoption(inputs: AccountConnectionInputs, observed: Connection): Plan {
  const plain = findChangedFields(inputs, observed);
  const isTypeSent = plain.includes("type");
  return {
    plain,
    credentials:
      inputs.credentials !== undefined &&
      (isTypeSent || compareCredentials(inputs.credentials, observed.credentials) !== "equal"),
    config: inputs.config !== undefined && (isTypeSent || !matchesConfig(inputs.config, observed.config)),
  };
}

/** Whether there is nothing to send. */
export function isEmptyPlan(plan: Plan): boolean {
  return plan.plain.length === 0 && !plan.credentials && !plan.config;
}

/** The declared values of plain fields, to be sent. */
export function pickFields(inputs: AccountConnectionInputs, names: readonly PlainField[]): ConnectionFields {
  return Object.fromEntries(names.map((name) => [name, inputs[name]]));
}

/** The undeclared top-level keys of `config` in which the service masks a value, e.g. `****1234`. */
export function findMaskedKeys(declared: JsonObject, observed: JsonObject): string[] {
  return findUndeclaredKeys(declared, observed, isMaskedWord);
}

/** The undeclared top-level keys of `config` with a number that JavaScript cannot keep: sent back it would be another. */
export function findInexactKeys(declared: JsonObject, observed: JsonObject): string[] {
  return findUndeclaredKeys(
    declared,
    observed,
    (value) =>
      typeof value === "number" &&
      (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))),
  );
}

function findUndeclaredKeys(
  declared: JsonObject,
  observed: JsonObject,
  isMeant: (leaf: unknown) => boolean,
): string[] {
  return Object.keys(observed).filter(
    (key) => !Object.hasOwn(declared, key) && listLeaves(observed[key]).some(({ value }) => isMeant(value)),
  );
}

/** The service's config with each declared key laid whole over it: an update may replace the whole object. */
export function mergeConfig(declared: JsonObject, observed: JsonObject): JsonObject {
  return { ...observed, ...declared };
}
