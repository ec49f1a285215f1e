import assert from "node:assert/strict";

import type { Request } from "../../provider/api/transport";
import { packageVersion } from "../../provider/version";
import { startEmulator, type Emulator } from "../emulator/emulator";
import type { Fault } from "../emulator/faults";
import { callerApiKey, createCaller, knownSecret, requestErrorOf, useNoJitter } from "./caller";
import { respondJson, startRecorder, type Recorder, type Respond } from "./recorder";

const get: Request = {
  method: "GET",
  path: "/v1/account_connections",
  query: { id: "conn-1" },
  isRepeatable: true,
};
const update: Request = {
  ...get,
  method: "POST",
  path: "/v1/account_connections/update",
  body: { label: "new" },
};
const create: Request = {
  method: "POST",
  path: "/v1/account_connections/create",
  body: { type: "account_connection_rime", credentials: { key: knownSecret } },
  isRepeatable: false,
};

describe("a request of the transport", () => {
  let server: Recorder;

  afterEach(async () => {
    await server.close();
  });

  async function start(respond: Respond): Promise<void> {
    server = await startRecorder(respond);
  }

  it("has the key, the user agent, the query and the body", async () => {
    await start((response) => {
      respondJson(response, { ok: 1 });
    });
    await createCaller(server.url).transport.send({ ...update, query: { id: "a&b=c d/é" } });
    const [request] = server.requests;
    assert.equal(request?.method, "POST");
    assert.equal(request.headers.authorization, `Bearer ${callerApiKey}`);
    assert.equal(request.headers["user-agent"], `pulumi-fluents/${packageVersion}`);
    assert.equal(request.headers.accept, "application/json");
    assert.equal(request.headers["content-type"], "application/json");
    assert.deepEqual(JSON.parse(request.body), { label: "new" });
    const { pathname, searchParams } = new URL(request.target, server.url);
    assert.equal(pathname, "/v1/account_connections/update");
    assert.deepEqual([...searchParams], [["id", "a&b=c d/é"]]);
  });

  it("goes over a connection that was opened before, and opens no more than may run at a time", async () => {
    await start((response) => {
      respondJson(response, {});
    });
    const { transport } = createCaller(server.url, { maxConcurrency: 3 });
    await Promise.all(Array.from({ length: 60 }, () => transport.send(get)));
    await transport.send(get);
    assert.equal(server.requests.length, 61);
    const ports = new Set(server.requests.map(({ clientPort }) => clientPort));
    assert.ok(ports.size <= 3, `${ports.size} connections`);
  });

  it("goes below the path of the base URL", async () => {
    await start((response) => {
      respondJson(response, {});
    });
    await createCaller(`${server.url}/proxy/fluents`).transport.send(get);
    assert.equal(server.requests[0]?.target, "/proxy/fluents/v1/account_connections?id=conn-1");
  });

  it("cannot be bent by control characters in an id", async () => {
    await start((response) => {
      respondJson(response, {});
    });
    await createCaller(server.url).transport.send({ ...get, query: { id: "a\r\nx-evil: 1\r\n#?\0" } });
    assert.equal(server.requests[0]?.headers["x-evil"], undefined);
    assert.equal(
      new URL(server.requests[0]?.target ?? "", server.url).searchParams.get("id"),
      "a\r\nx-evil: 1\r\n#?\0",
    );
  });

  it("gives the status, the JSON and the request id of any 2xx answer", async () => {
    await start((response) => {
      respondJson(response, { id: "conn-1" }, 206, { "x-request-id": "req-1" });
    });
    const answer = await createCaller(server.url).transport.send(get);
    assert.deepEqual(answer, { status: 206, body: { id: "conn-1" }, requestId: "req-1" });
  });

  it("quotes of an error what the service says, without secrets, shortened, and the request id", async () => {
    const detail = `${knownSecret} ${callerApiKey} ${encodeURIComponent(knownSecret)} ${"x".repeat(100_000)}`;
    await start((response) => {
      respondJson(response, { detail }, 422, { "x-request-id": "req-2" });
    });
    const error = await requestErrorOf(createCaller(server.url).transport.send(create));
    assert.match(
      error.message,
      /^POST \/v1\/account_connections\/create: Fluents answered 422: \[secret\] \[secret\] \[secret\] x+…? ?\(request id req-2\)\. Correct the arguments/,
    );
    assert.ok((/x+/.exec(error.message)?.[0].length ?? 0) <= 500);
    assert.ok(error.message.length < 1_000);
    assert.equal(error.status, 422);
    assert.equal(error.mayHaveApplied, false);
  });

  it("does not quote what the service repeats of the request", async () => {
    const body = { ...create.body, label: "label-of-the-request" };
    const detail = [{ loc: ["body", "label"], msg: "Bad label", input: body.label, ctx: body }];
    await start((response) => {
      respondJson(response, { detail, body }, 400);
    });
    const error = await requestErrorOf(createCaller(server.url).transport.send({ ...create, body }));
    assert.match(error.message, /answered 400: body\.label: Bad label/);
    assert.ok(!error.message.includes("label-of-the-request"));
  });

  it("does not quote a request id that is none", async () => {
    await start((response) => {
      respondJson(response, {}, 400, { "x-request-id": `${"x".repeat(200)} <b>` });
    });
    const { message } = await requestErrorOf(createCaller(server.url).transport.send(get));
    assert.ok(!message.includes("request id"));
  });

  it("logs method, path, status, attempt and request id, and no secret", async () => {
    await start((response, attempt) => {
      respondJson(response, {}, attempt === 1 ? 503 : 200, {
        "retry-after": "0",
        "x-request-id": `req-${attempt}`,
      });
    });
    const { transport, debugLines } = createCaller(server.url);
    await transport.send({ ...create, query: { id: knownSecret } });
    const log = debugLines.join("\n");
    assert.match(log, /^POST \/v1\/account_connections\/create 503, attempt 1, .*req-1/m);
    assert.match(log, /^POST \/v1\/account_connections\/create 200, attempt 2, .*req-2/m);
    assert.ok(!log.includes("HUNTER2"));
  });
});

describe("a redirect", () => {
  for (const status of [301, 302, 303, 307, 308]) {
    it(`by ${status} is not followed: the key never reaches another host`, async () => {
      const other = await startRecorder((response) => {
        respondJson(response, {});
      });
      const emulator = await startEmulator();
      try {
        emulator.setFaults([{ fault: { kind: "redirect", location: other.url, status }, times: Infinity }]);
        const { transport } = createCaller(emulator.url);
        for (const request of [get, create]) {
          const error = await requestErrorOf(transport.send(request));
          assert.equal(error.status, status);
          assert.match(error.message, /set fluents:baseUrl to the address of the API itself/);
        }
        assert.deepEqual(other.requests, []);
        assert.equal(emulator.journal.length, 2);
      } finally {
        await Promise.all([emulator.close(), other.close()]);
      }
    });
  }
});

describe("an answer of the service", () => {
  useNoJitter();

  let emulator: Emulator;

  before(async () => {
    emulator = await startEmulator();
  });

  after(async () => {
    await emulator.close();
  });

  /** The error of a request that meets `fault` once, without retries. */
  async function failWith(fault: Fault, request = get, requestTimeoutMs = 10_000) {
    emulator.setFaults([{ fault }]);
    return requestErrorOf(
      createCaller(emulator.url, { maxRetries: 0, requestTimeoutMs }).transport.send(request),
    );
  }

  it("may be an HTML page, which is not quoted", async () => {
    const error = await failWith({ kind: "html", status: 502 });
    assert.match(error.message, /answered 502: an HTML page/);
    assert.ok(!error.message.includes("<"));
    assert.equal((await failWith({ kind: "html", status: 200 })).code, "invalid_answer");
  });

  const invalid: Record<string, readonly [Fault, RegExp]> = {
    empty: [{ kind: "empty", status: 200 }, /an empty body/],
    "of no content": [{ kind: "empty", status: 204 }, /an empty body/],
    "invalid JSON": [{ kind: "invalidJson" }, /not JSON/],
    "more than 10 MiB": [{ kind: "huge", bytes: 12_000_000 }, /more than 10 MiB/],
    "cut off": [{ kind: "cutOff", applied: false }, /no answer from http/],
  };
  for (const [title, [fault, message]] of Object.entries(invalid)) {
    it(`is an error if it is ${title}, after which the request may have been carried out`, async () => {
      for (const request of [get, create]) {
        const error = await failWith(fault, request);
        assert.match(error.message, message);
        assert.equal(error.mayHaveApplied, true);
      }
    });
  }

  it("that does not come is an error after the time-out", async () => {
    const error = await failWith({ kind: "hang", applied: false }, get, 300);
    assert.equal(error.code, "connection_failed");
    assert.match(error.message, /ETIMEDOUT/);
    assert.equal(error.mayHaveApplied, true);
  });

  it("of 401 and 403 explains which key refresh and destroy use", async () => {
    for (const status of [401, 403]) {
      const error = await failWith({ kind: "status", status });
      assert.equal(error.code, "authentication_failed");
      assert.match(
        error.message,
        /`pulumi config set --secret fluents:apiKey`.*`pulumi refresh --run-program`/,
      );
    }
  });

  for (const [status, mayHaveApplied] of [
    [400, false],
    [401, false],
    [404, false],
    [408, true],
    [409, false],
    [429, false],
    [500, true],
    [502, true],
    [503, false],
    [504, true],
  ] as const) {
    it(`of ${status} says that a creation ${mayHaveApplied ? "may have been" : "was not"} carried out`, async () => {
      const error = await failWith({ kind: "status", status }, create);
      assert.equal(error.status, status);
      assert.equal(error.mayHaveApplied, mayHaveApplied);
    });
  }
});
