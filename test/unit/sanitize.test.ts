import assert from "node:assert/strict";

import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

import { sanitize, sanitizeBag } from "../../provider/sanitize";
import { nest } from "../helpers/samples";

const signatureKey = "4dabf18193072939515e22adb298388d";

/** What the SDK and the engine make of an output. */
function sendToEngine(value: unknown): unknown {
  const struct = Struct.fromJavaScript(sanitizeBag({ value }) as Record<string, JavaScriptValue>);
  const received: unknown = Struct.deserializeBinary(struct.serializeBinary()).toJavaScript();
  return (JSON.parse(JSON.stringify(received)) as { value: unknown }).value;
}

const cases: readonly (readonly [string, unknown, unknown])[] = [
  ["a text", "x", "x"],
  ["an empty text", "", ""],
  ["a number", -1.5e300, -1.5e300],
  ["true and false", [true, false], [true, false]],
  ["null", null, null],
  ["an undefined value in a list", [undefined, 1], [null, 1]],
  ["an undefined value in an object", { a: undefined, b: 1 }, { b: 1 }],
  ["a hole in a list", Array(2).concat([1]), [null, null, 1]],
  ["NaN and infinity", [NaN, Infinity, -Infinity], [null, null, null]],
  ["a function", { a: () => 1, b: [Math.max] }, { a: null, b: [null] }],
  ["a symbol", { a: Symbol("x") }, { a: null }],
  ["a bigint", { a: 12345678901234567890n }, { a: "12345678901234567890" }],
  ["a date, which has no keys", { a: new Date(0) }, { a: {} }],
  ["a lone surrogate in a text", { a: "x\ud800y" }, { a: "x\ufffdy" }],
  ["a lone surrogate in a key", { "x\udc00y": 1 }, { "x\ufffdy": 1 }],
  ["Pulumi's key for special values", { a: { [signatureKey]: "x", b: 1 } }, { a: { b: 1 } }],
  ["the key __proto__", JSON.parse('{"a":{"__proto__":{"x":1},"b":1}}'), { a: { b: 1 } }],
  ["keys of Object.prototype", { constructor: 1, toString: "x" }, { constructor: 1, toString: "x" }],
  ["an object without a prototype", Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
];

describe("what leaves a handler", () => {
  for (const [title, value, expected] of cases) {
    it(`may hold ${title}`, () => {
      assert.deepEqual(sendToEngine(value), expected);
    });
  }

  it("may be undefined as a whole", () => {
    assert.equal(sanitize(undefined), null);
  });

  it("is cut below a hundred levels", () => {
    assert.deepEqual(sendToEngine(nest(90, "x")), nest(90, "x"));
    assert.ok(!JSON.stringify(sendToEngine(nest(100_000, "x"))).includes("x"));
  });

  it("is cut where it holds itself", () => {
    const cycle: Record<string, unknown> = { a: 1 };
    cycle.self = cycle;
    cycle.list = [cycle, { cycle }];
    assert.deepEqual(sendToEngine(cycle), { a: 1, self: null, list: [null, { cycle: null }] });
  });

  it("may hold the same object twice", () => {
    const shared = { a: 1 };
    assert.deepEqual(sendToEngine([shared, { shared }]), [{ a: 1 }, { shared: { a: 1 } }]);
  });

  it("is a copy: the original stays as it was", () => {
    const original = Object.freeze({ a: Object.freeze(["\ud800", undefined]) });
    assert.notEqual(sanitize(original), original);
    assert.deepEqual(original, { a: ["\ud800", undefined] });
  });
});
