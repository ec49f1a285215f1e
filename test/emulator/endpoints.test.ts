import assert from "node:assert/strict";

import fastify, { type FastifyInstance } from "fastify";

import { ApiCaller } from "./api-caller";
import type { JsonObject, NewConnection } from "./connection";
import { startEmulator, type Emulator } from "./emulator";
import { readApiDescription, type ApiRoute } from "./openapi";

const twilio = {
  type: "account_connection_twilio",
  label: "Twilio, production",
  description: "Calls to customers",
  credentials: { twilio_account_sid: "AC123", twilio_auth_token: "token-1" },
  steering_pool: ["+14155550100"],
  account_supports_any_caller_id: false,
  config: { voicemail_detection: { enabled: true } },
} satisfies NewConnection;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("emulator: endpoints", () => {
  let emulator: Emulator;
  let api: ApiCaller;

  beforeEach(async () => {
    emulator = await startEmulator();
    api = new ApiCaller(emulator);
  });

  afterEach(() => emulator.close());

  it("listens on loopback", () => {
    assert.match(emulator.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  });

  describe("create", () => {
    it("answers 201 with the whole connection under an id of its own", async () => {
      const { status, body, headers } = await api.create({ ...twilio, id: "mine" });

      assert.equal(status, 201);
      const { id, user_id, ...fields } = body;
      assert.deepEqual(fields, twilio);
      assert.match(String(id), uuid);
      assert.equal(user_id, emulator.environment("test-key").userId);
      assert.match(headers.get("x-request-id") ?? "", uuid);
    });

    it("shows an empty config where none was given, and no other field", async () => {
      const { body } = await api.create({ type: twilio.type, credentials: {} });

      assert.deepEqual(Object.keys(body).sort(), ["config", "credentials", "id", "type", "user_id"]);
      assert.deepEqual(body.config, {});
    });

    it("keeps a user_id that is given", async () => {
      const { body } = await api.create({ ...twilio, user_id: "somebody" });

      assert.equal(body.user_id, "somebody");
    });

    it("takes a type that the API description does not have yet", async () => {
      const { status } = await api.create({ ...twilio, type: "account_connection_tomorrow" });

      assert.equal(status, 201);
    });
  });

  describe("get", () => {
    it("answers 200 with the connection", async () => {
      const created = await api.create(twilio);
      const got = await api.get(String(created.body.id));

      assert.equal(got.status, 200);
      assert.deepEqual(got.body, created.body);
    });

    it("answers 404 for an id that nobody has", async () => {
      const { status, body, headers } = await api.get("nobody");

      assert.equal(status, 404);
      assert.deepEqual(body, { detail: "Account connection not found" });
      assert.match(headers.get("x-request-id") ?? "", uuid);
    });
  });

  describe("update", () => {
    it("answers 201, and keeps what is left out", async () => {
      const { id } = emulator.environment("test-key").add(twilio);
      const { status, body } = await api.update(id, { label: "", steering_pool: [] });

      assert.equal(status, 201);
      const { user_id } = body;
      assert.deepEqual(body, { ...twilio, id, user_id, label: "", steering_pool: [] });
      assert.deepEqual((await api.get(id)).body, body);
    });

    it("takes every field, the type and the same id included", async () => {
      const { id } = emulator.environment("test-key").add(twilio);
      const changes = {
        id,
        user_id: "somebody",
        type: "account_connection_telnyx",
        label: "Telnyx",
        description: "",
        credentials: { telnyx_api_key: "key-1" },
        steering_pool: ["+14155550101", "+14155550102"],
        account_supports_any_caller_id: true,
        config: {},
      };

      assert.deepEqual((await api.update(id, changes)).body, changes);
    });

    it("ignores fields that the API does not have", async () => {
      const { id } = emulator.environment("test-key").add(twilio);
      const { status, body } = await api.update(id, { steeringPool: [] });

      assert.equal(status, 201);
      assert.deepEqual(body, emulator.environment("test-key").get(id));
      assert.equal("steeringPool" in body, false);
    });

    it("answers 400 if the body has another id than the query", async () => {
      const { id } = emulator.environment("test-key").add(twilio);
      const { status, body } = await api.update(id, { id: "other", label: "new" });

      assert.equal(status, 400);
      assert.deepEqual(body, {
        detail: [{ loc: ["body", "id"], msg: "must be the id in the query", type: "value_error" }],
      });
      assert.equal(emulator.environment("test-key").get(id)?.label, twilio.label);
    });

    it("answers 404 for an id that nobody has", async () => {
      assert.equal((await api.update("nobody", { label: "x" })).status, 404);
    });
  });

  describe("list", () => {
    const labels = (body: JsonObject): unknown[] => (body.items as JsonObject[]).map(({ label }) => label);

    beforeEach(() => {
      for (let number = 1; number <= 12; number += 1) {
        emulator.environment("test-key").add({ ...twilio, label: `${number}` });
      }
    });

    it("answers the first ten, oldest first, and says that there are more", async () => {
      const { status, body } = await api.list();
      const { items } = body;

      assert.equal(status, 200);
      assert.deepEqual(body, {
        items,
        page: 1,
        size: 10,
        has_more: true,
        total: 12,
        total_is_estimated: false,
      });
      assert.deepEqual(labels(body), ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
    });

    it("answers the last page, and an empty one behind it", async () => {
      const last = await api.list({ page: "3", size: "5" });
      const behind = await api.list({ page: "4", size: "5" });

      assert.deepEqual(labels(last.body), ["11", "12"]);
      assert.equal(last.body.has_more, false);
      assert.deepEqual(labels(behind.body), []);
      assert.equal(behind.body.has_more, false);
    });

    it("has no more pages if the last one is full", async () => {
      assert.equal((await api.list({ page: "2", size: "6" })).body.has_more, false);
    });

    it("takes a size of 100", async () => {
      assert.equal(labels((await api.list({ size: "100" })).body).length, 12);
    });
  });

  describe("compared with the API description", () => {
    let judge: FastifyInstance;
    const { routes, components } = readApiDescription();

    before(async () => {
      judge = fastify({
        ajv: {
          customOptions: { strict: false, coerceTypes: false, useDefaults: false, removeAdditional: false },
        },
      });
      judge.addSchema(components);
      for (const route of routes) {
        for (const [status, schema] of Object.entries(route.responses)) {
          judge.post(`/${route.operation}/${status}`, { schema: { body: schema } }, () => "valid");
        }
      }
      await judge.ready();
    });

    after(() => judge.close());

    async function assertValid(
      operation: ApiRoute["operation"],
      answer: { status: number; body: JsonObject },
    ) {
      const verdict = await judge.inject({
        method: "POST",
        url: `/${operation}/${answer.status}`,
        payload: answer.body,
      });
      assert.equal(verdict.body, "valid");
    }

    it("has the four endpoints", () => {
      assert.deepEqual(
        routes.map(({ method, url, status }) => `${method} ${url} ${status}`),
        [
          "GET /v1/account_connections 200",
          "GET /v1/account_connections/list 200",
          "POST /v1/account_connections/create 201",
          "POST /v1/account_connections/update 201",
        ],
      );
    });

    it("answers as the schemas say, in clear and masked", async () => {
      const { id } = emulator.environment("test-key").add(twilio);
      for (const credentials of ["clear", "masked"] as const) {
        emulator.configure({ credentials });
        await assertValid("get", await api.get(id));
        await assertValid("list", await api.list());
        await assertValid("create", await api.create(twilio));
        await assertValid("update", await api.update(id, { label: "x" }));
      }
    });

    it("refuses as the schemas say", async () => {
      const stranger = new ApiCaller(emulator, "");
      await assertValid("get", await api.get("nobody"));
      await assertValid("get", await stranger.get("nobody"));
      await assertValid("list", await api.list({ size: "0" }));
      await assertValid("create", await api.create({}));
      await assertValid("update", await api.update("nobody", {}));
    });

    it("answers 500 rather than with something that the description forbids", async () => {
      const { id } = emulator.environment("test-key").add({ ...twilio, type: "twilio" });

      assert.equal((await api.get(id)).status, 500);
    });
  });
});
