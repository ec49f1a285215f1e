import fc from "fast-check";

import { isJsonObject } from "../../../provider/json";
import { argumentNames, unknownValue } from "../../../provider/lifecycle/inputs";

/** Cases of each property. */
export const runs = { numRuns: 10_000 } as const;

/** Begins every text of a hostile bag that is a value. */
export const valueMark = "HUNTER2";

const signatureKey = "4dabf18193072939515e22adb298388d";

/** Any text without lone surrogates. */
export const text = fc.string({ unit: "binary" });

const nonEmptyText = fc.string({ unit: "binary", minLength: 1 });

const key = fc
  .oneof(
    { arbitrary: text, weight: 4 },
    {
      arbitrary: fc.constantFrom("a/b", "~0", "~1", "constructor", "toString", "length", "0", ""),
      weight: 1,
    },
  )
  .filter((name) => name !== "__proto__" && name !== signatureKey);

const number = fc.double({ noNaN: true, noDefaultInfinity: true });

/** Any JSON value that Pulumi can carry. */
export const { value: jsonValue, object: jsonObject } = fc.letrec<{
  value: unknown;
  object: Record<string, unknown>;
}>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(text, number, fc.boolean(), fc.constant(null)),
    fc.array(tie("value"), { maxLength: 4 }),
    tie("object"),
  ),
  object: fc.dictionary(key, tie("value"), { maxKeys: 4 }),
}));

const { value: credential } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(
      nonEmptyText.filter((value) => value.trim() !== ""),
      number,
      fc.boolean(),
    ),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { maxKeys: 3 }),
  ),
}));

const type = fc.stringMatching(/^account_connection_[a-z0-9_]{1,20}$/);
const steeringPool = fc.uniqueArray(nonEmptyText, { maxLength: 5 });

/** Arguments that check accepts. */
export const validArguments = fc.record(
  {
    type,
    credentials: fc.dictionary(key, credential, { minKeys: 1, maxKeys: 4 }),
    label: text,
    description: text,
    userId: nonEmptyText,
    steeringPool,
    accountSupportsAnyCallerId: fc.boolean(),
    config: jsonObject,
    rotationTrigger: jsonValue,
    onDelete: fc.constantFrom("retain", "scrub"),
    allowDuplicate: fc.boolean(),
    verifyCredentials: fc.constant(false),
  },
  { requiredKeys: ["type", "credentials"] },
);

/** Fields of a connection at the service, beside its id. */
export const connectionFields = fc.record(
  {
    type: nonEmptyText,
    userId: text,
    label: text,
    description: text,
    credentials: jsonObject,
    steeringPool: fc.array(text, { maxLength: 5 }),
    accountSupportsAnyCallerId: fc.boolean(),
    config: jsonObject,
  },
  { requiredKeys: ["type", "config"] },
);

const hostileKey = fc.oneof(
  fc.constantFrom(
    ...argumentNames,
    "__proto__",
    "constructor",
    "hasOwnProperty",
    signatureKey,
    "__urn",
    "\0\n\u202e",
  ),
  fc.string({ unit: "binary", maxLength: 20 }).filter((name) => !name.includes(valueMark)),
);

const hostileLeaf = fc.oneof(
  fc.string({ unit: "binary" }).map((rest) => valueMark + rest),
  fc.constantFrom<unknown>("", null, undefined, unknownValue, NaN, -0, Infinity, true, false),
  fc.string({ maxLength: 5 }).map((rest) => `account_connection_${valueMark}${rest}`),
  fc.integer({ min: 10_000, max: 99_999 }).map((digits) => Number(`31415926${digits}`)),
);

const hostileValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    hostileLeaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .array(fc.tuple(hostileKey, tie("value")), { maxLength: 5 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;

function bagOf(keys: fc.Arbitrary<string>): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .array(fc.tuple(keys, hostileValue), { maxLength: 12 })
    .map((entries) => freeze(Object.fromEntries(entries)) as Record<string, unknown>);
}

/** Anything that could stand for arguments, whose values begin with {@link valueMark} or 31415926; frozen. */
export const hostileBag = bagOf(hostileKey);

/** The same for an answer of the service. */
export const hostileAnswer = bagOf(
  fc.constantFrom(
    "id",
    "type",
    "user_id",
    "label",
    "description",
    "credentials",
    "steering_pool",
    "account_supports_any_caller_id",
    "config",
    "items",
    "has_more",
  ),
);

/** Any JavaScript value: what a program could at worst make of an answer. */
export const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withNullPrototype: true,
  withObjectString: true,
  withSparseArray: true,
  stringUnit: "binary",
  maxDepth: 5,
  key: fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("__proto__", signatureKey, "toJSON", "\ud800"),
  ),
  values: [
    fc.string({ unit: fc.integer({ min: 0xd7f0, max: 0xe010 }).map((code) => String.fromCharCode(code)) }),
    fc.double(),
    fc.constantFrom<unknown>(undefined, null, Symbol("x"), () => 1, "", true, 10n),
  ],
});

/** The same value with another order of keys, at any depth. */
export function reorderKeys(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(reorderKeys);
  }
  return isJsonObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, item]) => [name, reorderKeys(item)]),
      )
    : value;
}

function freeze(value: unknown): unknown {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
}
