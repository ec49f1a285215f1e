import assert from "node:assert/strict";

import {
  decodeConnection,
  decodePage,
  describeErrorBody,
  encodeFields,
  findId,
  type Connection,
} from "../../../provider/api/wire";
import { sampleSecret, nest, withoutAbsent } from "../../helpers/samples";

const wire = {
  id: "conn-1",
  type: "account_connection_twilio",
  user_id: "user-1",
  label: "Twilio",
  description: "for calls",
  credentials: { token: sampleSecret },
  steering_pool: ["+1"],
  account_supports_any_caller_id: false,
  config: { voicemail_detection: {} },
};

const connection: Connection = {
  id: "conn-1",
  type: "account_connection_twilio",
  userId: "user-1",
  label: "Twilio",
  description: "for calls",
  credentials: { token: sampleSecret },
  steeringPool: ["+1"],
  accountSupportsAnyCallerId: false,
  config: { voicemail_detection: {} },
};

describe("a connection in an answer", () => {
  it("is decoded, field by field", () => {
    assert.deepEqual(decodeConnection(wire), { value: connection });
  });

  it("may have more fields, which are left out", () => {
    assert.deepEqual(decodeConnection({ ...wire, created_at: 5, __proto__: { x: 1 } }), {
      value: connection,
    });
  });

  it("may have a type that this release does not know", () => {
    assert.equal(
      decodeConnection({ ...wire, type: "account_connection_new" }).value?.type,
      "account_connection_new",
    );
  });

  it("may lack everything but id and type, as null or as nothing", () => {
    const bare = { id: "conn-1", type: "account_connection_twilio" };
    const nulls = Object.fromEntries(Object.keys(wire).map((name) => [name, null]));
    for (const body of [bare, { ...nulls, ...bare }]) {
      assert.deepEqual(withoutAbsent(decodeConnection(body)), { value: { ...bare, config: {} } });
    }
  });

  it("keeps keys of JavaScript in its objects", () => {
    const config = JSON.parse('{"__proto__":{"x":1},"constructor":2}') as object;
    assert.equal(JSON.stringify(decodeConnection({ ...wire, config }).value?.config), JSON.stringify(config));
  });

  it("is not valid without id or type, and says so without values", () => {
    for (const [changes, paths] of [
      [{ id: undefined }, ["id"]],
      [{ id: "" }, ["id"]],
      [{ id: 5 }, ["id"]],
      [{ type: null }, ["type"]],
      [{ type: undefined, id: null }, ["id", "type"]],
      [{ label: [sampleSecret] }, ["label"]],
      [{ credentials: sampleSecret }, ["credentials"]],
      [{ credentials: [sampleSecret] }, ["credentials"]],
      [{ config: [sampleSecret] }, ["config"]],
      [{ steering_pool: sampleSecret }, ["steering_pool"]],
      [{ steering_pool: ["+1", { sampleSecret }] }, ["steering_pool.1"]],
      [{ account_supports_any_caller_id: sampleSecret }, ["account_supports_any_caller_id"]],
    ] as const) {
      const { problem } = decodeConnection({ ...wire, ...changes });
      assert.ok(problem !== undefined, JSON.stringify(changes));
      assert.deepEqual(
        problem.split("; ").map((line) => line.split(": ")[0]),
        paths,
      );
      assert.ok(!problem.includes(sampleSecret));
    }
  });

  it("is not anything but an object", () => {
    for (const body of [null, undefined, sampleSecret, 5, [], [wire], true]) {
      const { problem } = decodeConnection(body);
      assert.ok(problem !== undefined && !problem.includes(sampleSecret));
    }
  });

  it("may be nested deeply", () => {
    const config = { deep: nest(100_000, 1) };
    assert.equal(decodeConnection({ ...wire, config }).value?.config, config);
  });
});

describe("the id of an answer that is not valid", () => {
  it("is found where it is a text", () => {
    assert.equal(findId({ id: "conn-1", type: 5 }), "conn-1");
  });

  it("is absent elsewhere", () => {
    for (const body of [null, "conn-1", ["conn-1"], {}, { id: "" }, { id: 5 }, { id: null }]) {
      assert.equal(findId(body), undefined);
    }
  });
});

describe("a page of connections", () => {
  it("is decoded, with what the service says of more", () => {
    assert.deepEqual(decodePage({ items: [wire], page: 1, size: 10, has_more: true, total: 11 }), {
      value: { connections: [{ ...connection, isWhole: true }], hasMore: true, total: 11, size: 10 },
    });
  });

  it("may not say whether there is more", () => {
    for (const body of [{ items: [] }, { items: [], has_more: null, total: "many" }]) {
      assert.deepEqual(decodePage(body), {
        value: { connections: [], hasMore: undefined, total: undefined, size: undefined },
      });
    }
  });

  it("keeps of an item that is not as promised what tells it from others", () => {
    const items = [{ id: "x" }, { id: "y", type: wire.type, label: "l", steering_pool: [1] }];
    assert.deepEqual(decodePage({ items }).value?.connections, [
      { id: "x", type: "", label: undefined, config: {}, isWhole: false },
      { id: "y", type: wire.type, label: "l", config: {}, isWhole: false },
    ]);
  });

  it("is not valid with an item that is none, or without items", () => {
    assert.match(decodePage({ items: [wire, { id: 1 }] }).problem ?? "", /^items\.1: /);
    assert.match(decodePage({}).problem ?? "", /^items: /);
    assert.match(decodePage([wire]).problem ?? "", /^the answer: /);
  });
});

describe("the fields of a request", () => {
  it("have the API's names", () => {
    assert.deepEqual({ id: wire.id, ...encodeFields(connection) }, wire);
  });

  it("are those that are given, empty ones too", () => {
    assert.deepEqual(
      encodeFields({ label: "", steeringPool: [], accountSupportsAnyCallerId: false, userId: undefined }),
      {
        label: "",
        steering_pool: [],
        account_supports_any_caller_id: false,
      },
    );
    assert.deepEqual(encodeFields({}), {});
  });
});

describe("what an error body says", () => {
  const bodies: readonly (readonly [unknown, string | undefined])[] = [
    [{ detail: "No connection has this id" }, "No connection has this id"],
    [
      {
        detail: [
          { loc: ["body", "type"], msg: "Field required", type: "missing", input: sampleSecret },
          { loc: ["query", 0], msg: "Bad", type: "x" },
        ],
      },
      "body.type: Field required; query.0: Bad",
    ],
    [{ message: "Not found" }, "Not found"],
    [{ error: "Not found" }, "Not found"],
    [{ error: { message: "Not found", code: 5 } }, "Not found"],
    [{ msg: "Not found" }, "Not found"],
    ["  plain text\n", "plain text"],
    ["", undefined],
    [{}, undefined],
    [{ detail: null }, undefined],
    [{ detail: 5 }, undefined],
    [{ detail: { credentials: sampleSecret } }, undefined],
    [{ credentials: sampleSecret }, undefined],
    [[], undefined],
    [null, undefined],
    [undefined, undefined],
  ];
  for (const [body, said] of bodies) {
    it(`is ${said === undefined ? "nothing" : JSON.stringify(said)} in ${JSON.stringify(body)}`, () => {
      assert.equal(describeErrorBody(body), said);
    });
  }

  it("is looked for in any nesting", () => {
    let list: unknown = "x";
    let object: unknown = "x";
    for (let level = 0; level < 100_000; level += 1) {
      list = [list];
      object = { detail: object };
    }
    assert.doesNotThrow(() => describeErrorBody(list));
    assert.doesNotThrow(() => describeErrorBody(object));
    assert.doesNotThrow(() => describeErrorBody({ msg: "x", loc: [list] }));
  });
});
