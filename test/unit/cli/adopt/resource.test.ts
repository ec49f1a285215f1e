import assert from "node:assert/strict";

import fc from "fast-check";

import type { Connection } from "../../../../provider/api/wire";
import { planResource, type ResourcePlan } from "../../../../provider/cli/adopt/resource";
import { SecretTexts } from "../../../../provider/cli/adopt/secret-texts";
import { parseInputs, unknownValue } from "../../../../provider/lifecycle/inputs";
import { isEmptyPlan, planAdoption } from "../../../../provider/lifecycle/plan";
import { nest } from "../../../helpers/samples";

const identity = { type: "account_connection_twilio", connectionId: "id-1" };

function connectionOf(fields: Partial<Connection>): Connection {
  return { id: "id-1", type: "account_connection_twilio", credentials: { a: "b" }, config: {}, ...fields };
}

function plan(fields: Partial<Connection>, secretTexts = new SecretTexts()): ResourcePlan {
  const { plan: found, problem } = planResource(connectionOf(fields), secretTexts);
  assert.ok(found !== undefined, problem);
  return found;
}

/** What is not managed, and why. */
const leftOut = (fields: Partial<Connection>) =>
  plan(fields).leftOut.map(({ path, reason }) => `${path}: ${reason}`);

describe("the arguments of an adopted connection", () => {
  it("are all that Fluents shows", () => {
    const fields = {
      label: "",
      description: "text",
      userId: "user-1",
      credentials: { token: "t", nested: { list: ["a", { n: 1 }], yes: true, empty: {} } },
      steeringPool: [],
      accountSupportsAnyCallerId: false,
      config: { key_terms: [null, ""], plain: null },
    };
    const { args, secrets, leftOut: nothing } = plan(fields);
    assert.deepEqual(args, { ...identity, ...fields });
    assert.deepEqual(nothing, []);
    assert.deepEqual(
      secrets.map(({ path, value }) => [path, value]),
      [
        ["/credentials/token", "t"],
        ["/credentials/nested/list/0", "a"],
        ["/credentials/nested/list/1/n", 1],
        ["/credentials/nested/yes", true],
      ],
    );
  });

  it("leave out what is absent, without a word", () => {
    const { args, leftOut: nothing } = plan({ userId: "", label: undefined });
    assert.deepEqual(args, { ...identity, credentials: { a: "b" } });
    assert.deepEqual(nothing, []);
  });

  it("leave empty credentials out, with the objects that hold nothing else", () => {
    const credentials = {
      a: "b",
      empty: "",
      none: null,
      nested: { none: null, deeper: { "": "" } },
      kept: {},
    };
    assert.deepEqual(plan({ credentials }).args.credentials, { a: "b", kept: {} });
    for (const nothing of [{}, { a: "" }, { a: { b: null } }]) {
      assert.deepEqual(leftOut({ credentials: nothing }), [
        "credentials: there are none; declare them here to set them",
      ]);
    }
  });

  for (const [what, fields, expected] of [
    [
      "credentials that are not shown",
      { credentials: undefined },
      /^credentials: Fluents does not show them/,
    ],
    [
      "nothing inside a list of credentials",
      { credentials: { a: ["x", null] } },
      /^credentials: credentials\.a\.1 must not be empty/,
    ],
    [
      "a number twice in the pool",
      { steeringPool: ["+1", "+1"] },
      /^steeringPool: steeringPool\.1 is there twice/,
    ],
    [
      "an empty number in the pool",
      { steeringPool: [""] },
      /^steeringPool: steeringPool\.0 must not be empty/,
    ],
    ["Pulumi's own text", { label: unknownValue }, /^label: it holds a text that Pulumi takes for/],
    [
      "Pulumi's own text inside credentials",
      { credentials: { a: [unknownValue] } },
      /^credentials: it holds a text that/,
    ],
    ["half a character", { description: "\ud83d" }, /^description: it holds text that is not valid Unicode/],
    [
      "half a character in a key",
      { credentials: { "\ud83d": "a" } },
      /^credentials: it holds text that is not/,
    ],
    ["a number beyond all", { credentials: { a: Infinity } }, /^credentials: it holds a number/],
    [
      "deep credentials",
      { credentials: { a: nest(64, "x") } },
      /^credentials: it is nested more than 64 levels deep/,
    ],
    [
      "very deep settings",
      { config: { a: nest(9000, "x") } },
      /^config\.a: it is nested more than 64 levels deep/,
    ],
    [
      "a reserved key",
      { config: JSON.parse('{"__proto__":{"a":1}}') as Connection["config"] },
      /^config\.__proto__: config\.__proto__ is a key that/,
    ],
    [
      "a masked setting",
      { config: { hook: { token: "****1" } } },
      /^config\.hook: Fluents masks a value in it/,
    ],
    [
      "a setting that is masked, though its name is none of a secret",
      { config: { sip: { username: "****1234", host: "sip.example.org" } } },
      /^config\.sip: Fluents masks a value in it/,
    ],
  ] as const) {
    it(`leave out ${what}, and say why`, () => {
      const [only, ...others] = leftOut(fields);
      assert.match(only ?? "", expected);
      assert.deepEqual(others, []);
    });
  }

  it("keep the other keys of config", () => {
    const { args } = plan({ config: { hook: { token: "****1" }, "a key": 1 } });
    assert.deepEqual(args.config, { "a key": 1 });
  });

  it("take secrets from the stack wherever they stand", () => {
    const secretTexts = new SecretTexts();
    secretTexts.addSecrets(["token-of-test-1"]);
    const { secrets } = plan(
      {
        label: "see token-of-test-1",
        description: "... token-of-test-1",
        credentials: { masked: "****" },
        config: { note: "token-of-test-1", hook: { token: "x", on: true } },
      },
      secretTexts,
    );
    assert.deepEqual(secrets, [
      { path: "/label", value: "see token-of-test-1", isMasked: false },
      { path: "/description", value: "... token-of-test-1", isMasked: false },
      { path: "/credentials/masked", value: "****", isMasked: true },
      { path: "/config/note", value: "token-of-test-1", isMasked: false },
      { path: "/config/hook/token", value: "x", isMasked: false },
    ]);
  });

  it("cannot be where the type is none", () => {
    const { problem } = planResource(connectionOf({ type: "twilio" }), new SecretTexts());
    assert.match(problem ?? "", /^type is not a type of account connection/);
  });

  it("pass the resource's check and have nothing to send, whatever the connection is", () => {
    const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>;
    const object = fc.dictionary(fc.string({ unit: "binary", maxLength: 5 }), json, { maxKeys: 4 });
    const text = fc.option(fc.string({ unit: "binary", maxLength: 8 }), { nil: undefined });
    const connection = fc.record({
      id: fc.constant("id-1"),
      type: fc.constantFrom("account_connection_twilio", "account_connection_new"),
      label: text,
      description: text,
      userId: text,
      credentials: fc.option(object, { nil: undefined }),
      steeringPool: fc.option(fc.array(fc.string({ maxLength: 2 })), { nil: undefined }),
      accountSupportsAnyCallerId: fc.option(fc.boolean(), { nil: undefined }),
      config: object,
    });
    fc.assert(
      fc.property(connection, (observed) => {
        const { args } = plan(observed);
        const { inputs, problems } = parseInputs(args);
        assert.ok(inputs !== undefined, problems?.join());
        assert.ok(isEmptyPlan(planAdoption(inputs, observed)));
      }),
    );
  });
});
