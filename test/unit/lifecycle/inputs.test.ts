import assert from "node:assert/strict";

import { AccountConnectionType } from "../../../provider/account-connection-type";
import {
  argumentNames,
  hasUnknown,
  isConnectionType,
  isKnownConnectionType,
  parseInputs,
  pickArguments,
  unknownValue,
} from "../../../provider/lifecycle/inputs";
import { sampleSecret, nest, sampleArguments, withoutAbsent } from "../../helpers/samples";

const signatureKey = "4dabf18193072939515e22adb298388d";
const minimal = { type: "account_connection_twilio", credentials: { token: "t" } };

function problemsOf(changes: Record<string, unknown>): readonly string[] {
  return parseInputs({ ...minimal, ...changes }).problems ?? [];
}

/** What is wrong with which argument, and the one message about it. */
const refusals: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ["a missing type", { type: undefined }, "type is required, e.g. AccountConnectionType.Twilio"],
  ["a type that is no text", { type: 5 }, "type must be text, e.g. AccountConnectionType.Twilio"],
  [
    "a type without its prefix",
    { type: "twilio" },
    'type is not a type of account connection; the nearest is "account_connection_twilio"',
  ],
  [
    "a type with a misspelt prefix",
    { type: "acount_connection_deepgram" },
    'type is not a type of account connection; the nearest is "account_connection_deepgram"',
  ],
  ...["credentials", "config", "rotationTrigger"].map(
    (name) =>
      [
        `a number in ${name} that is none`,
        { [name]: { port: NaN } },
        `${name}.port is NaN: is its config value set?`,
      ] as const,
  ),
  [
    "an empty connectionId",
    { connectionId: "" },
    'connectionId must be text that is not empty, e.g. "550e8400-e29b-41d4-a716-446655440000"',
  ],
  [
    "a label that is no text",
    { label: 5 },
    'label must be text; "" empties it, leave it out to not manage it',
  ],
  [
    "a description that is no text",
    { description: [sampleSecret] },
    'description must be text; "" empties it, leave it out to not manage it',
  ],
  [
    "an empty userId",
    { userId: "" },
    'userId must be text that is not empty, e.g. "550e8400-e29b-41d4-a716-446655440000"',
  ],
  [
    "missing credentials",
    { credentials: undefined },
    "credentials is required, unless connectionId names a connection to adopt",
  ],
  [
    "credentials that are null",
    { credentials: null },
    "credentials is required, unless connectionId names a connection to adopt",
  ],
  [
    "credentials that are a text",
    { credentials: sampleSecret },
    "credentials must be an object, e.g. { twilio_account_sid: …, twilio_auth_token: … }",
  ],
  [
    "credentials that are a list",
    { credentials: [sampleSecret] },
    "credentials must be an object, e.g. { twilio_account_sid: …, twilio_auth_token: … }",
  ],
  [
    "empty credentials",
    { credentials: {} },
    "credentials must not be empty: give the vendor's credentials, or leave it out beside connectionId",
  ],
  [
    "an empty credential",
    { credentials: { sid: sampleSecret, token: "" } },
    "credentials.token must not be empty: is its config value set? See `pulumi config`",
  ],
  [
    "a credential of white space only, as of an empty file",
    { credentials: { sid: sampleSecret, token: " \n" } },
    "credentials.token must not be empty: is its config value set? See `pulumi config`",
  ],
  [
    "a nested credential that is null",
    { credentials: { "a/b~c": { list: [sampleSecret, null] } } },
    "credentials.a/b~c.list.1 must not be empty: is its config value set? See `pulumi config`",
  ],
  [
    "a pool that is a text",
    { steeringPool: "+14155550100" },
    'steeringPool must be a list of phone numbers, e.g. ["+14155550100"]; [] empties it',
  ],
  [
    "a pool with a number",
    { steeringPool: ["+1", 14155550100] },
    'steeringPool.1 must be a list of phone numbers, e.g. ["+14155550100"]; [] empties it',
  ],
  ["a pool with an empty text", { steeringPool: [""] }, "steeringPool.0 must not be empty: leave it out"],
  [
    "a pool with a number twice",
    { steeringPool: ["+1", "+2", "+1"] },
    "steeringPool.2 is there twice: give each number once",
  ],
  [
    "the verification of a vendor that cannot be asked",
    { type: "account_connection_rime", verifyCredentials: true },
    "verifyCredentials: credentials of account_connection_rime cannot be verified, only those of " +
      "account_connection_twilio and account_connection_openai: leave it out",
  ],
  [
    "the verification of credentials that miss a key",
    { credentials: { twilio_account_sid: sampleSecret }, verifyCredentials: true },
    "credentials.twilio_auth_token must be text where verifyCredentials is true",
  ],
  ["a text for verifyCredentials", { verifyCredentials: "true" }, "verifyCredentials must be true or false"],
  [
    "a text for a boolean",
    { accountSupportsAnyCallerId: "true" },
    "accountSupportsAnyCallerId must be true or false",
  ],
  ["a number for a boolean", { allowDuplicate: 1 }, "allowDuplicate must be true or false"],
  [
    "a config that is a list",
    { config: [sampleSecret] },
    "config must be an object, e.g. { voicemail_detection: {} }",
  ],
  ["another onDelete", { onDelete: "delete" }, 'onDelete must be "retain" or "scrub"'],
  [
    "scrub beside connectionId",
    { connectionId: "conn-1", onDelete: "scrub" },
    'onDelete must not be "scrub" beside connectionId: an adopted connection is always retained',
  ],
  [
    "a misspelt argument",
    { steering_pool: [sampleSecret] },
    'steering_pool is not an argument; did you mean "steeringPool"?',
  ],
  [
    "an argument that is an output",
    { credentialsVersion: 1 },
    'credentialsVersion is not an argument; did you mean "credentials"?',
  ],
  [
    "a key of JavaScript as argument",
    { constructor: sampleSecret },
    'constructor is not an argument; did you mean "connectionId"?',
  ],
  [
    "credentials that are nested too deeply",
    { credentials: nest(65, sampleSecret) },
    "credentials is nested more than 64 levels deep: make it flatter",
  ],
  [
    "a config that is nested too deeply",
    { config: nest(65, sampleSecret) },
    "config is nested more than 64 levels deep: make it flatter",
  ],
  [
    "a rotationTrigger that is nested too deeply",
    { rotationTrigger: nest(65, sampleSecret) },
    "rotationTrigger is nested more than 64 levels deep: make it flatter",
  ],
  [
    "a reserved key in credentials",
    { credentials: { a: { [signatureKey]: sampleSecret } } },
    `credentials.a.${signatureKey} is a key that Pulumi or JavaScript reserves: give it another name`,
  ],
  [
    "a reserved key in config",
    { config: JSON.parse('{"a":[{"__proto__":{"b":1}}]}') as unknown },
    "config.a.0.__proto__ is a key that Pulumi or JavaScript reserves: give it another name",
  ],
  [
    "control characters and an overlong key in a path",
    { credentials: { [`a\n\u202e${"b".repeat(100)}`]: "" } },
    `credentials.a??${"b".repeat(77)} must not be empty: is its config value set? See \`pulumi config\``,
  ],
];

describe("the arguments", () => {
  for (const [title, changes, message] of refusals) {
    it(`are refused with ${title}, by one message that has the path and the mend`, () => {
      assert.deepEqual(problemsOf(changes), [message]);
    });
  }

  it("are gone through to the end: each finding has its line", () => {
    const problems = problemsOf({ type: 1, label: 2, labels: 3, credentials: { a: "", b: { c: null } } });
    assert.deepEqual(
      problems.map((problem) => problem.split(" ")[0]),
      ["labels", "type", "label", "credentials.a", "credentials.b.c"],
    );
  });

  it("pass as they are, whole", () => {
    assert.deepEqual(withoutAbsent(parseInputs(sampleArguments)), { inputs: sampleArguments });
  });

  it("pass with empty texts and an empty pool", () => {
    const emptied = { ...minimal, label: "", description: "", steeringPool: [], config: {} };
    assert.deepEqual(withoutAbsent(parseInputs(emptied)), { inputs: emptied });
  });

  it("pass without credentials beside connectionId", () => {
    const adopted = { type: "account_connection_rime", connectionId: "conn-1" };
    assert.deepEqual(withoutAbsent(parseInputs(adopted)), { inputs: adopted });
  });

  it("pass at the deepest nesting that is allowed", () => {
    assert.deepEqual(
      problemsOf({ credentials: nest(64, "x"), config: nest(64, 1), rotationTrigger: nest(64, 1) }),
      [],
    );
  });

  it("that are null are absent", () => {
    const nulls = Object.fromEntries(argumentNames.map((name) => [name, null]));
    assert.deepEqual(withoutAbsent(parseInputs({ ...nulls, ...minimal })), { inputs: minimal });
    assert.deepEqual(pickArguments(nulls), {});
  });

  it("are read from the bag itself, not from what it inherits", () => {
    assert.deepEqual(pickArguments(Object.create({ label: sampleSecret }) as Record<string, unknown>), {});
  });

  it("may have Pulumi's own keys beside them", () => {
    assert.deepEqual(problemsOf({ __provider: "text", __urn: unknownValue, __typeDrift: true }), []);
  });

  it("pass where they are unknown, each of them", () => {
    for (const name of argumentNames) {
      assert.deepEqual(problemsOf({ [name]: unknownValue }), [], name);
    }
  });

  it("pass where something inside them is unknown", () => {
    assert.deepEqual(
      problemsOf({
        credentials: { token: unknownValue, nested: [unknownValue, { deep: unknownValue }] },
        config: { a: unknownValue },
        steeringPool: [unknownValue, "+1", unknownValue],
        rotationTrigger: [unknownValue],
      }),
      [],
    );
  });

  it("name the nearest argument, whatever the case", () => {
    for (const [given, nearest] of Object.entries({
      Label: "label",
      connection_id: "connectionId",
      conectionId: "connectionId",
      credential: "credentials",
      user: "userId",
      ondelete: "onDelete",
      rotation: "rotationTrigger",
    })) {
      assert.deepEqual(problemsOf({ [given]: 1 }), [
        `${given} is not an argument; did you mean "${nearest}"?`,
      ]);
    }
  });

  it("are done with fast, even if they are huge", function () {
    this.timeout("5 s");
    const megabyte = "x".repeat(1_000_000);
    const numbers = Array.from({ length: 100_000 }, (_, index) => String(index));
    problemsOf({
      type: megabyte,
      [megabyte]: megabyte,
      label: megabyte,
      credentials: { [megabyte]: megabyte, deep: nest(100_000, megabyte) },
      config: nest(100_000, megabyte),
      steeringPool: numbers,
    });
  });
});

describe("a type of connection", () => {
  it("is known if the release lists it", () => {
    for (const type of Object.values(AccountConnectionType)) {
      assert.ok(isKnownConnectionType(type) && isConnectionType(type), type);
    }
  });

  it("passes unknown to the release if it has the form", () => {
    assert.ok(isConnectionType("account_connection_newvendor_2"));
    assert.ok(!isKnownConnectionType("account_connection_newvendor_2"));
    assert.deepEqual(problemsOf({ type: "account_connection_newvendor_2" }), []);
  });

  it("does not pass without the form", () => {
    for (const type of [
      "",
      "account_connection_",
      "account_connection_A",
      " account_connection_a",
      "account_connection_a\n",
    ]) {
      assert.ok(!isConnectionType(type), JSON.stringify(type));
    }
  });
});

describe("an unknown value", () => {
  it("is found at any depth, as a value and not as a key", () => {
    assert.ok(hasUnknown(unknownValue));
    assert.ok(hasUnknown({ a: [{ b: unknownValue }] }));
    assert.ok(!hasUnknown({ [unknownValue]: "x", b: [`${unknownValue}!`] }));
  });
});
