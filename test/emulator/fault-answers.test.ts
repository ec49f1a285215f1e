import assert from "node:assert/strict";
import { once } from "node:events";
import { createConnection } from "node:net";

import { ApiCaller } from "./api-caller";
import type { NewConnection } from "./connection";
import { startEmulator, type Emulator } from "./emulator";
import type { Fault } from "./faults";

const openai: NewConnection = {
  type: "account_connection_openai",
  label: "OpenAI",
  credentials: { openai_api_key: "sk-old" },
};

const rotation = { credentials: { openai_api_key: "sk-new" } };

describe("emulator: answers with faults", () => {
  let emulator: Emulator;
  let api: ApiCaller;
  let id: string;

  beforeEach(async () => {
    emulator = await startEmulator();
    api = new ApiCaller(emulator);
    ({ id } = emulator.environment("test-key").add(openai));
  });

  afterEach(() => emulator.close());

  const plan = (fault: Fault): void => {
    emulator.setFaults([{ fault }]);
  };
  const isRotated = (): boolean =>
    emulator.environment("test-key").get(id)?.credentials.openai_api_key === "sk-new";
  const lastEntry = () => {
    const { status, applied, fault } = emulator.journal.at(-1) ?? {};
    return { status, applied, fault };
  };

  describe("status", () => {
    it("answers with it, an error body and Retry-After, and changes nothing", async () => {
      plan({ kind: "status", status: 429, retryAfter: 7 });
      const { status, body, headers } = await api.update(id, rotation);

      assert.equal(status, 429);
      assert.deepEqual(body, { detail: "Too Many Requests" });
      assert.equal(headers.get("retry-after"), "7");
      assert.notEqual(headers.get("x-request-id"), null);
      assert.equal(isRotated(), false);
      assert.deepEqual(lastEntry(), { status: 429, applied: false, fault: "status" });
    });

    it("takes a date for Retry-After, and any JSON for a body", async () => {
      const retryAfter = "Wed, 21 Oct 2026 07:28:00 GMT";
      plan({ kind: "status", status: 503, retryAfter, body: ["no"] });
      const { text, headers } = await api.get(id);

      assert.equal(text, '["no"]');
      assert.equal(headers.get("retry-after"), retryAfter);
    });

    it("makes the change first if it shall", async () => {
      plan({ kind: "status", status: 504, applied: true });

      assert.equal((await api.update(id, rotation)).status, 504);
      assert.equal(isRotated(), true);
      assert.deepEqual(lastEntry(), { status: 504, applied: true, fault: "status" });
    });

    it("makes the change with a status of success", async () => {
      plan({ kind: "status", status: 202, body: {} });

      assert.equal((await api.update(id, rotation)).status, 202);
      assert.equal(isRotated(), true);
    });
  });

  for (const applied of [false, true]) {
    const when = applied ? "after" : "before";

    it(`resets the connection ${when} the change`, async () => {
      plan({ kind: "reset", applied });

      await assert.rejects(api.update(id, rotation), (error: Error) => {
        assert.equal((error.cause as { code?: string }).code, "ECONNRESET");
        return true;
      });
      assert.equal(isRotated(), applied);
      assert.deepEqual(lastEntry(), { status: "reset", applied, fault: "reset" });
    });

    it(`hangs ${when} the change, until the client gives up`, async () => {
      plan({ kind: "hang", applied });
      const call = api.send(`/v1/account_connections/update?id=${id}`, {
        method: "POST",
        body: JSON.stringify(rotation),
        headers: { "content-type": "application/json" },
        signal: AbortSignal.timeout(150),
      });

      await assert.rejects(call, { name: "TimeoutError" });
      assert.equal(isRotated(), applied);
      assert.deepEqual(lastEntry(), { status: "hang", applied, fault: "hang" });
    });

    it(`cuts the answer off ${when} the change`, async () => {
      plan({ kind: "cutOff", applied });
      const response = await fetch(`${emulator.url}/v1/account_connections/update?id=${id}`, {
        method: "POST",
        headers: { authorization: "Bearer test-key", "content-type": "application/json" },
        body: JSON.stringify(rotation),
      });

      assert.equal(response.status, 201);
      assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
      assert.notEqual(response.headers.get("x-request-id"), null);
      await assert.rejects(response.text());
      assert.equal(isRotated(), applied);
      assert.deepEqual(lastEntry(), { status: 201, applied, fault: "cutOff" });
    });
  }

  it("sends half of the JSON before it cuts the answer off", async () => {
    plan({ kind: "cutOff", applied: true });
    const { hostname, port } = new URL(emulator.url);
    const socket = createConnection({ host: hostname, port: Number(port) });
    socket.write(
      `GET /v1/account_connections?id=${id} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer test-key\r\n\r\n`,
    );
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    await once(socket, "end");
    socket.destroy();
    const [head = "", half = ""] = Buffer.concat(chunks).toString().split("\r\n\r\n");
    const whole = (await api.get(id)).text;

    assert.match(head, new RegExp(`content-length: ${whole.length}`, "i"));
    assert.equal(half, whole.slice(0, Math.floor(whole.length / 2)));
  });

  it("ends hanging requests when it closes", async () => {
    plan({ kind: "hang", applied: false });
    const call = assert.rejects(api.get(id));
    while (emulator.journal.at(-1)?.status !== "hang") {
      await new Promise(setImmediate);
    }
    await emulator.close();

    await call;
  });

  it("answers with an HTML page and 502, and changes nothing", async () => {
    plan({ kind: "html" });
    const { status, text, headers } = await api.update(id, rotation);

    assert.equal(status, 502);
    assert.match(headers.get("content-type") ?? "", /^text\/html/);
    assert.match(text, /<h1>Bad Gateway<\/h1>/);
    assert.equal(isRotated(), false);
  });

  it("answers with an HTML page and another status", async () => {
    plan({ kind: "html", status: 200 });

    assert.equal((await api.get(id)).status, 200);
  });

  it("makes the change and answers without a body", async () => {
    plan({ kind: "empty" });
    const { status, text } = await api.update(id, rotation);

    assert.equal(status, 201);
    assert.equal(text, "");
    assert.equal(isRotated(), true);
  });

  it("answers without a body, with another status, and changes nothing", async () => {
    plan({ kind: "empty", status: 500 });
    const { status, text } = await api.update(id, rotation);

    assert.equal(status, 500);
    assert.equal(text, "");
    assert.equal(isRotated(), false);
  });

  it("makes the change and answers with what is not JSON", async () => {
    plan({ kind: "invalidJson" });
    const { status, text, headers } = await api.update(id, rotation);

    assert.equal(status, 201);
    assert.match(headers.get("content-type") ?? "", /^application\/json/);
    assert.throws(() => JSON.parse(text) as unknown, SyntaxError);
    assert.equal(isRotated(), true);
  });

  it("redirects, and changes nothing", async () => {
    plan({ kind: "redirect", location: "http://127.0.0.1:1/login" });
    const { status, headers } = await api.update(id, rotation);

    assert.equal(status, 302);
    assert.equal(headers.get("location"), "http://127.0.0.1:1/login");
    assert.equal(isRotated(), false);
  });

  for (const bytes of [12, 65_548, 200_000]) {
    it(`makes the change and answers with ${bytes} bytes of JSON`, async () => {
      plan({ kind: "huge", bytes });
      const { status, text, headers } = await api.update(id, rotation);

      assert.equal(status, 201);
      assert.equal(text.length, bytes);
      assert.doesNotThrow(() => JSON.parse(text) as unknown);
      assert.equal(headers.get("content-length"), null);
      assert.equal(isRotated(), true);
    });
  }

  it("makes the change and shows other fields", async () => {
    plan({ kind: "override", fields: { id: "other", label: undefined, credentials: openai.credentials } });
    const { status, body } = await api.update(id, rotation);

    assert.equal(status, 201);
    assert.equal(body.id, "other");
    assert.equal("label" in body, false);
    assert.deepEqual(body.credentials, openai.credentials);
    assert.equal(isRotated(), true);
    assert.deepEqual(lastEntry(), { status: 201, applied: true, fault: "override" });
  });

  it("leaves errors as they are where other fields shall be shown", async () => {
    plan({ kind: "override", fields: { label: "x" } });

    assert.deepEqual((await api.get("nobody")).body, { detail: "Account connection not found" });
  });

  it("does not meet requests that are refused anyway", async () => {
    plan({ kind: "status", status: 503 });

    assert.equal((await new ApiCaller(emulator, "").list()).status, 401);
    assert.equal((await api.create({})).status, 400);
    assert.equal((await api.list()).status, 503);
    assert.equal((await api.list()).status, 200);
  });

  it("follows another plan when it is given one", async () => {
    emulator.setFaults({ seed: 1, probability: 1, kinds: [{ kind: "html" }] });
    assert.equal((await api.list()).status, 502);
    emulator.setFaults([]);
    assert.equal((await api.list()).status, 200);
  });
});
