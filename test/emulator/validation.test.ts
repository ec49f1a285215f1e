import assert from "node:assert/strict";

import { ApiCaller } from "./api-caller";
import type { JsonObject } from "./connection";
import { startEmulator, type Emulator } from "./emulator";

const rime = { type: "account_connection_rime", credentials: { rime_api_key: "key-1" } };

describe("emulator: validation", () => {
  let emulator: Emulator;
  let api: ApiCaller;

  beforeEach(async () => {
    emulator = await startEmulator();
    api = new ApiCaller(emulator);
  });

  afterEach(() => emulator.close());

  const refused: [title: string, ask: (api: ApiCaller) => Promise<unknown>, loc: string[], type: string][] = [
    ["no id to get", (a) => a.send("/v1/account_connections"), ["query", "id"], "required"],
    ["two ids", (a) => a.send("/v1/account_connections?id=1&id=2"), ["query", "id"], "type"],
    ["page 0", (a) => a.list({ page: "0" }), ["query", "page"], "minimum"],
    ["a page that is a word", (a) => a.list({ page: "two" }), ["query", "page"], "type"],
    ["size 0", (a) => a.list({ size: "0" }), ["query", "size"], "minimum"],
    ["size 101", (a) => a.list({ size: "101" }), ["query", "size"], "maximum"],
    ["size 1.5", (a) => a.list({ size: "1.5" }), ["query", "size"], "type"],
    ["create without a type", (a) => a.create({ credentials: {} }), ["body", "type"], "required"],
    ["create without credentials", (a) => a.create({ type: rime.type }), ["body", "credentials"], "required"],
    ["a foreign type", (a) => a.create({ ...rime, type: "twilio" }), ["body", "type"], "pattern"],
    ["a body that is a list", (a) => a.create([]), ["body"], "type"],
    ["no body", (a) => a.send("/v1/account_connections/create", { method: "POST" }), ["body"], "type"],
    ["no id to update", (a) => a.post("/v1/account_connections/update", {}), ["query", "id"], "required"],
    ["a label that is a number", (a) => a.update("x", { label: 5 }), ["body", "label"], "type"],
    ["a label that is null", (a) => a.update("x", { label: null }), ["body", "label"], "type"],
    [
      "a description that is true",
      (a) => a.update("x", { description: true }),
      ["body", "description"],
      "type",
    ],
    [
      "credentials that are text",
      (a) => a.update("x", { credentials: "t" }),
      ["body", "credentials"],
      "type",
    ],
    ["a pool that is text", (a) => a.update("x", { steering_pool: "+1" }), ["body", "steering_pool"], "type"],
    [
      "a number in the pool",
      (a) => a.update("x", { steering_pool: [1] }),
      ["body", "steering_pool", "0"],
      "type",
    ],
    [
      "a flag that is text",
      (a) => a.update("x", { account_supports_any_caller_id: "true" }),
      ["body", "account_supports_any_caller_id"],
      "type",
    ],
    ["a config that is a list", (a) => a.update("x", { config: [] }), ["body", "config"], "type"],
    ["a user_id that is a number", (a) => a.update("x", { user_id: 1 }), ["body", "user_id"], "type"],
  ];

  for (const [title, ask, loc, type] of refused) {
    it(`answers 400 to ${title}`, async () => {
      const { status, body } = (await ask(api)) as { status: number; body: { detail: JsonObject[] } };

      assert.equal(status, 400);
      const problem = body.detail.find((candidate) => String(candidate.loc) === String(loc));
      assert.deepEqual(problem?.loc, loc);
      assert.equal(problem.type, type);
      assert.equal(typeof problem.msg, "string");
      assert.deepEqual(emulator.environment("test-key").list(), []);
    });
  }

  it("names every problem of a body at once, without its values", async () => {
    const { body, text } = await api.create({ type: "HUNTER2", label: 5 });

    assert.equal((body.detail as unknown[]).length, 3);
    assert.doesNotMatch(text, /HUNTER2/);
  });

  it("answers 400 to a body that is not JSON", async () => {
    const { status, body } = await api.send("/v1/account_connections/create", {
      method: "POST",
      body: "{",
      headers: { "content-type": "application/json" },
    });

    assert.equal(status, 400);
    assert.equal(typeof body.detail, "string");
  });

  it("answers 404 to another path or method, as there is no delete", async () => {
    const removed = await api.send("/v1/account_connections?id=1", { method: "DELETE" });

    assert.equal(removed.status, 404);
    assert.equal((await api.send("/v1/agents")).status, 404);
  });
});
