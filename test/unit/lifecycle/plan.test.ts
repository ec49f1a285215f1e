import assert from "node:assert/strict";

import {
  findChangedFields,
  findInexactKeys,
  findMaskedKeys,
  isEmptyPlan,
  matchesConfig,
  matchesField,
  mergeConfig,
  pickFields,
  planAdoption,
  planUpdate,
} from "../../../provider/lifecycle/plan";
import { requireInputs } from "../../../provider/lifecycle/state";
import { sampleArguments, stateOf } from "../../helpers/samples";

const nothing = { plain: [], credentials: false, config: false };

function planOf(news: Record<string, unknown>, changes: Parameters<typeof stateOf>[1] = {}) {
  return planUpdate(requireInputs({ ...sampleArguments, ...news }), stateOf(sampleArguments, changes));
}

describe("the plan of an update", () => {
  it("is empty where nothing changed", () => {
    assert.deepEqual(planOf({}), nothing);
    assert.ok(isEmptyPlan(planOf({})));
  });

  for (const [name, value] of Object.entries({
    label: "new",
    description: "",
    userId: "user-2",
    steeringPool: ["+14155550100"],
    accountSupportsAnyCallerId: false,
  })) {
    it(`holds only ${name} where only that changed`, () => {
      assert.deepEqual(planOf({ [name]: value }), { ...nothing, plain: [name] });
    });
  }

  it("holds only credentials where they or the trigger changed", () => {
    const rotation = { ...nothing, credentials: true };
    assert.deepEqual(planOf({ credentials: { key: "k" } }), rotation);
    assert.deepEqual(planOf({ rotationTrigger: { month: 8 } }), rotation);
    assert.deepEqual(planOf({}, { record: { rotationTrigger: undefined } }), rotation);
  });

  it("holds only config where a declared key changed", () => {
    assert.deepEqual(planOf({ config: { other: 1 } }), { ...nothing, config: true });
  });

  it("holds nothing where a declared key is no longer declared", () => {
    assert.deepEqual(planOf({ config: { other: null } }), nothing);
    assert.deepEqual(planOf({ config: {} }), nothing);
  });

  it("holds credentials and config with a type that changed", () => {
    const type = "account_connection_telnyx";
    assert.deepEqual(planOf({ type }), { plain: ["type"], credentials: true, config: true });
    assert.deepEqual(planOf({ type, config: undefined }), {
      plain: ["type"],
      credentials: true,
      config: false,
    });
  });

  it("holds nothing where an argument is no longer given", () => {
    const names = [
      "label",
      "description",
      "userId",
      "steeringPool",
      "accountSupportsAnyCallerId",
      "config",
      "rotationTrigger",
    ];
    const absent = Object.fromEntries(names.map((name) => [name, undefined]));
    assert.deepEqual(planOf(absent), nothing);
    assert.deepEqual(planOf({ credentials: undefined, connectionId: "c", onDelete: undefined }), nothing);
  });

  it("holds what is pending and still given", () => {
    const record = { pending: ["label", "credentials", "config"] as const };
    assert.deepEqual(planOf({}, { record }), { plain: ["label"], credentials: true, config: true });
    assert.deepEqual(planOf({ label: undefined, config: undefined }, { record }), {
      plain: [],
      credentials: true,
      config: false,
    });
  });

  it("holds nothing for arguments that the connection does not have", () => {
    assert.deepEqual(planOf({ onDelete: "retain", allowDuplicate: false }), nothing);
  });
});

describe("the plan of an adoption", () => {
  const inputs = requireInputs(sampleArguments);
  const observed = {
    ...stateOf(sampleArguments),
    id: "conn-1",
    config: { ...sampleArguments.config, more: 1 },
  };

  it("is empty where the connection is as declared, with keys set elsewhere", () => {
    assert.deepEqual(planAdoption(inputs, observed), nothing);
  });

  it("holds credentials that are masked, missing or different", () => {
    for (const credentials of [
      undefined,
      {},
      { ...inputs.credentials, twilio_auth_token: "****" },
      { a: 1 },
    ]) {
      assert.deepEqual(planAdoption(inputs, { ...observed, credentials }), { ...nothing, credentials: true });
    }
  });

  it("holds only what differs", () => {
    assert.deepEqual(planAdoption(inputs, { ...observed, label: "x", config: {} }), {
      plain: ["label"],
      credentials: false,
      config: true,
    });
  });

  it("leaves alone what is not declared", () => {
    const bare = requireInputs({ type: inputs.type, connectionId: "conn-1" });
    assert.deepEqual(planAdoption(bare, observed), nothing);
  });
});

describe("the comparison of a field", () => {
  it("takes an empty text, an empty pool and false for nothing, and nothing else", () => {
    assert.ok(matchesField("", undefined));
    assert.ok(matchesField([], undefined));
    assert.ok(matchesField(false, undefined));
    assert.ok(!matchesField(true, undefined));
    assert.ok(!matchesField(false, true));
    assert.ok(!matchesField("", "x"));
    assert.ok(!matchesField([], ["+1"]));
  });

  it("takes a pool for a set", () => {
    assert.ok(matchesField(["+1", "+2"], ["+2", "+1"]));
    assert.ok(!matchesField(["+1", "+2"], ["+2", "+2"]));
    assert.ok(!matchesField(["+1"], ["+1", "+2"]));
  });

  it("looks only at fields that are given", () => {
    const inputs = requireInputs({ type: "account_connection_rime", connectionId: "c", label: "a" });
    assert.deepEqual(findChangedFields(inputs, { type: "account_connection_telnyx", description: "x" }), [
      "type",
      "label",
    ]);
    assert.deepEqual(pickFields(inputs, ["label"]), { label: "a" });
  });
});

describe("the config of an update", () => {
  it("would lose what the service masks and the program does not declare", () => {
    const observed = {
      stars: "****1234",
      dots: "sk-...abcd",
      ellipsis: { key: "sk-…abcd" },
      word: "[REDACTED]",
      declared: "****1234",
    };
    assert.deepEqual(findMaskedKeys({ declared: "k" }, observed), ["stars", "dots", "ellipsis", "word"]);
  });

  it("keeps words and sentences that are no masks", () => {
    const observed = {
      greeting: "Hello... how are you?",
      end: "Goodbye...",
      joined: "Hello...World",
      chinese: "您好……请稍等",
      visibility: "hidden",
      rule: "* * *",
      range: "1..5",
    };
    assert.deepEqual(findMaskedKeys({}, observed), []);
  });

  it("has each declared key whole, over what the service has", () => {
    assert.deepEqual(mergeConfig({ a: { x: 1 }, c: [] }, { a: { y: 2 }, b: 3 }), {
      a: { x: 1 },
      b: 3,
      c: [],
    });
  });

  it("keeps a key of JavaScript that the service has", () => {
    const observed = JSON.parse('{"__proto__":{"x":1},"constructor":2}') as Record<string, unknown>;
    assert.equal(
      JSON.stringify(mergeConfig({ a: 1 }, observed)),
      '{"__proto__":{"x":1},"constructor":2,"a":1}',
    );
  });

  it("matches where each declared key is there with its value", () => {
    assert.ok(matchesConfig({ a: { x: [1, null] } }, { b: 1, a: { x: [1, null] } }));
    assert.ok(!matchesConfig({ a: { x: 1 } }, { a: { x: 1, y: 2 } }));
    assert.ok(!matchesConfig({ a: null }, {}));
    assert.ok(!matchesConfig({ a: 1 }, undefined));
    assert.ok(matchesConfig({}, undefined));
    assert.ok(!matchesConfig({ toString: 1 }, {}));
  });
});

describe("a number in config that JavaScript cannot keep", () => {
  it("is found in the keys that are not declared", () => {
    const observed = { a: { list: [2 ** 53] }, b: 2 ** 53 - 1, c: 0.5, d: -(2 ** 60), e: "9007199254740993" };
    assert.deepEqual(findInexactKeys({ d: 1 }, observed), ["a"]);
    assert.deepEqual(findInexactKeys({}, { f: [JSON.parse("-1e400")] }), ["f"]);
  });
});
