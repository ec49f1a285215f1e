import assert from "node:assert/strict";

import { digestJson, isJsonObject, isSameJson, listLeaves, pickKeys, splitPath } from "../../provider/json";
import { nest } from "../helpers/samples";

/** An object that owns the key `__proto__`, as JSON.parse makes it. */
const withProto = JSON.parse('{"__proto__":{"a":1},"b":2}') as Record<string, unknown>;

describe("a JSON object", () => {
  it("is neither null nor a list nor a plain value", () => {
    assert.ok(isJsonObject({}));
    for (const value of [null, undefined, [], "x", 5, true]) {
      assert.ok(!isJsonObject(value));
    }
  });
});

describe("the digest of a value", () => {
  it("does not depend on the order of keys, at any depth", () => {
    assert.equal(digestJson({ a: 1, b: [{ c: 2, d: 3 }] }), digestJson({ b: [{ d: 3, c: 2 }], a: 1 }));
  });

  it("depends on values, on the order of lists, and on the kind of container", () => {
    const values = [
      { a: 1 },
      { a: 2 },
      { a: "1" },
      { a: [1, 2] },
      { a: [2, 1] },
      { a: { 0: 1, 1: 2 } },
      { b: 1 },
      withProto,
    ];
    assert.equal(new Set(values.map(digestJson)).size, values.length);
  });

  it("is of 22 characters of base64url", () => {
    assert.match(digestJson({}), /^[\w-]{22}$/);
  });
});

describe("two JSON values", () => {
  const same: readonly [unknown, unknown][] = [
    [
      { a: 1, b: [null, { c: "x" }] },
      { b: [null, { c: "x" }], a: 1 },
    ],
    [0, -0],
    [undefined, undefined],
    [withProto, JSON.parse('{"b":2,"__proto__":{"a":1}}')],
    [[], []],
  ];
  for (const [left, right] of same) {
    it(`are the same: ${JSON.stringify(left)} and ${JSON.stringify(right)}`, () => {
      assert.ok(isSameJson(left, right));
      assert.ok(isSameJson(right, left));
    });
  }

  const different: readonly [unknown, unknown][] = [
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: undefined }, { b: undefined }],
    [[], {}],
    [["x"], { 0: "x" }],
    [
      [1, 2],
      [2, 1],
    ],
    [null, {}],
    [null, undefined],
    ["1", 1],
    [withProto, { b: 2 }],
    [withProto, { b: 2, c: { a: 1 } }],
    [{ toString: 1 }, { a: 1 }],
    [{ a: { b: 1 } }, { a: { b: 2 } }],
  ];
  for (const [left, right] of different) {
    it(`differ: ${JSON.stringify(left)} and ${JSON.stringify(right)}`, () => {
      assert.ok(!isSameJson(left, right));
      assert.ok(!isSameJson(right, left));
    });
  }

  it("are compared however deep they are", () => {
    assert.ok(isSameJson(nest(100_000, 1), nest(100_000, 1)));
    assert.ok(!isSameJson(nest(100_000, 1), nest(100_000, 2)));
  });
});

describe("keys that are picked", () => {
  it("are those that the object owns", () => {
    assert.deepEqual(pickKeys({ a: 1, b: 2 }, ["b", "c", "toString"]), { b: 2 });
    assert.equal(JSON.stringify(pickKeys(withProto, ["__proto__"])), '{"__proto__":{"a":1}}');
    assert.deepEqual(pickKeys({}, ["__proto__"]), {});
  });
});

describe("the leaves of a value", () => {
  it("come in order, with their JSON pointers", () => {
    assert.deepEqual(listLeaves({ a: { "x/y~z": [1, { b: null }] }, c: "", d: {}, e: [] }), [
      { path: "/a/x~1y~0z/0", value: 1 },
      { path: "/a/x~1y~0z/1/b", value: null },
      { path: "/c", value: "" },
      { path: "/d", value: {} },
      { path: "/e", value: [] },
    ]);
  });

  it("of a plain value are the value", () => {
    assert.deepEqual(listLeaves("x"), [{ path: "", value: "x" }]);
    assert.deepEqual(listLeaves(null), [{ path: "", value: null }]);
  });

  it("are found however deep they are", () => {
    const [leaf] = listLeaves(nest(100_000, "x"));
    assert.equal(leaf?.value, "x");
    assert.equal(splitPath(leaf.path).length, 100_000);
  });

  it("have paths that split into their keys", () => {
    for (const key of ["a/b", "~1", "~", "", "~01/", "__proto__"]) {
      const [leaf] = listLeaves(Object.fromEntries([[key, 1]]));
      assert.deepEqual(splitPath(leaf?.path ?? ""), [key]);
    }
  });
});
