import assert from "node:assert/strict";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";

import { startEmulator, type Emulator } from "../emulator/emulator";
import type { Fault } from "../emulator/faults";
import { callerApiKey, createCaller, requestErrorOf, useNoJitter } from "./caller";
import { respondJson, startRecorder } from "./recorder";

const transientStatuses = [408, 425, 429, 500, 502, 503, 504];
const lastingStatuses = [400, 401, 403, 404, 409, 410, 413, 422, 501, 505];

const newConnection = { type: "account_connection_rime", label: "Rime", credentials: { key: "k" } };

describe("a read or an update", () => {
  useNoJitter();

  let emulator: Emulator;
  let id: string;

  beforeEach(async () => {
    emulator = await startEmulator();
    ({ id } = emulator.environment(callerApiKey).add(newConnection));
  });

  afterEach(async () => {
    await emulator.close();
  });

  /** A read, a list and an update, each of which meets `fault` at first. */
  function sendAll(fault: Fault, times: number, timeoutMs = 5_000): Promise<unknown>[] {
    emulator.setFaults([
      { path: "get", fault, times },
      { path: "list", fault, times },
      { path: "update", fault, times },
    ]);
    const { client } = createCaller(emulator.url, { requestTimeoutMs: timeoutMs });
    return [client.find(id), client.list(), client.update(id, { label: "new" })];
  }

  for (const status of transientStatuses) {
    it(`is sent again on ${status}`, async () => {
      await Promise.all(sendAll({ kind: "status", status }, 2));
      assert.equal(emulator.journal.length, 9);
      assert.equal(emulator.environment(callerApiKey).get(id)?.label, "new");
    });
  }

  it("may have been carried out by an attempt before the last, whatever the later ones say", async () => {
    emulator.setFaults([
      { path: "update", fault: { kind: "reset", applied: true } },
      { path: "update", fault: { kind: "status", status: 429 }, times: 2 },
    ]);
    const { client } = createCaller(emulator.url, { maxRetries: 2 });
    const error = await requestErrorOf(client.update(id, { label: "new" }));
    assert.equal(error.status, 429);
    assert.equal(error.mayHaveApplied, true);
    assert.equal(emulator.environment(callerApiKey).get(id)?.label, "new");
  });

  for (const status of lastingStatuses) {
    it(`is not sent again on ${status}`, async () => {
      await Promise.allSettled(sendAll({ kind: "status", status }, Infinity));
      assert.equal(emulator.journal.length, 3);
    });
  }

  const faults: Record<string, Fault> = {
    "a reset": { kind: "reset", applied: false },
    "a reset after it was carried out": { kind: "reset", applied: true },
    "a cut-off answer": { kind: "cutOff", applied: true },
    "a time-out": { kind: "hang", applied: true },
    "a gateway's page": { kind: "html", status: 502 },
  };
  for (const [title, fault] of Object.entries(faults)) {
    it(`is sent again after ${title}`, async () => {
      await Promise.all(sendAll(fault, 1, 400));
      assert.equal(emulator.journal.length, 6);
    });
  }

  it("is sent no more often than the settings allow", async () => {
    emulator.setFaults([{ fault: { kind: "status", status: 503 }, times: Infinity }]);
    for (const maxRetries of [0, 1, 3]) {
      emulator.clearJournal();
      const error = await requestErrorOf(createCaller(emulator.url, { maxRetries }).client.find(id));
      assert.equal(error.status, 503);
      assert.equal(emulator.journal.length, maxRetries + 1);
    }
  });

  it("waits as many seconds as Retry-After says", async () => {
    emulator.setFaults([{ fault: { kind: "status", status: 503, retryAfter: 1 } }]);
    await createCaller(emulator.url).client.find(id);
    const [first, second] = emulator.journal;
    assert.ok(first && second);
    assert.ok(second.receivedAtMs - first.receivedAtMs >= 990);
  });

  it("waits until the date that Retry-After says", async () => {
    const retryAfter = new Date(Date.now() + 2_000).toUTCString();
    emulator.setFaults([{ fault: { kind: "status", status: 503, retryAfter } }]);
    await createCaller(emulator.url).client.find(id);
    const [, second] = emulator.journal;
    assert.ok(second && second.receivedAtMs >= Date.parse(retryAfter) - 10);
  });

  it("is sent again at once on Retry-After 0, and on a date that is past", async () => {
    for (const retryAfter of [0, new Date(0).toUTCString(), -1]) {
      emulator.setFaults([{ fault: { kind: "status", status: 429, retryAfter }, times: 2 }]);
      await createCaller(emulator.url).client.find(id);
    }
    assert.equal(emulator.journal.length, 9);
  });

  it("is sent again on a Retry-After that is neither seconds nor a date", async () => {
    for (const status of [429, 503]) {
      emulator.setFaults([{ fault: { kind: "status", status, retryAfter: "soon" } }]);
      const { client, warnings } = createCaller(emulator.url);
      await client.find(id);
      assert.deepEqual(warnings, []);
    }
    assert.equal(emulator.journal.length, 4);
  });

  it("is not kept waiting longer than a minute: it fails", async () => {
    emulator.setFaults([{ fault: { kind: "status", status: 429, retryAfter: 3600 } }]);
    const error = await requestErrorOf(createCaller(emulator.url).client.find(id));
    assert.equal(error.status, 429);
    assert.match(error.message, /Lower fluents:maxConcurrency/);
    assert.equal(emulator.journal.length, 1);
  });

  it("has its time limit for each attempt, not for all", async () => {
    emulator.setFaults([{ fault: { kind: "hang", applied: false }, times: 2 }]);
    await createCaller(emulator.url, { requestTimeoutMs: 400 }).client.find(id);
    assert.deepEqual(
      emulator.journal.map(({ status }) => status),
      ["hang", "hang", 200],
    );
  });
});

describe("a creation", () => {
  useNoJitter();

  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await startEmulator();
  });

  afterEach(async () => {
    await emulator.close();
  });

  for (const status of [429, 503]) {
    it(`is sent again on ${status}: it was not carried out`, async () => {
      emulator.setFaults([{ fault: { kind: "status", status, retryAfter: 0 }, times: 2 }]);
      const { id } = await createCaller(emulator.url).client.create(newConnection);
      assert.deepEqual(
        emulator
          .environment(callerApiKey)
          .list()
          .map((connection) => connection.id),
        [id],
      );
      assert.equal(emulator.journal.length, 3);
    });
  }

  const ambiguous: Record<string, Fault> = {
    ...Object.fromEntries(
      [...transientStatuses, ...lastingStatuses]
        .filter((status) => status !== 429 && status !== 503)
        .map((status) => [String(status), { kind: "status", status, retryAfter: 0 } satisfies Fault]),
    ),
    "a reset before": { kind: "reset", applied: false },
    "a reset after": { kind: "reset", applied: true },
    "a time-out": { kind: "hang", applied: true },
    "a cut-off answer": { kind: "cutOff", applied: true },
    "an empty answer": { kind: "empty" },
    "invalid JSON": { kind: "invalidJson" },
    "a huge answer": { kind: "huge", bytes: 20_000_000 },
    "a gateway's page": { kind: "html" },
    "a redirect": { kind: "redirect", location: "/v1/account_connections/create", status: 307 },
  };
  for (const [title, fault] of Object.entries(ambiguous)) {
    it(`is never sent again on ${title}`, async () => {
      emulator.setFaults([{ fault }]);
      const { client } = createCaller(emulator.url, { requestTimeoutMs: 400 });
      await requestErrorOf(client.create(newConnection));
      assert.equal(emulator.journal.length, 1);
    });
  }

  it("is sent again where the connection was refused: nothing was sent", async () => {
    const blocker = createServer();
    blocker.listen(0, "127.0.0.1");
    await once(blocker, "listening");
    const { port } = blocker.address() as AddressInfo;
    blocker.close();
    await once(blocker, "close");
    const { client, debugLines } = createCaller(`http://127.0.0.1:${port}`);
    const error = await requestErrorOf(client.create(newConnection));
    assert.equal(error.code, "connection_failed");
    assert.equal(error.mayHaveApplied, false);
    assert.match(error.message, /ECONNREFUSED.*Check fluents:baseUrl/);
    assert.equal(debugLines.filter((line) => line.includes("ECONNREFUSED")).length, 2);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await setImmediate();
  }
}

describe("the requests of a process", () => {
  useNoJitter();

  it("are no more at a time than the settings allow", async () => {
    const held: ServerResponse[] = [];
    const server = await startRecorder((response, count) => {
      if (count > 3) {
        respondJson(response, { items: [] });
        return;
      }
      held.push(response);
    });
    try {
      const { client } = createCaller(server.url, { maxConcurrency: 3 });
      const lists = Array.from({ length: 20 }, () => client.list());
      await until(() => held.length === 3);
      // What is sent now, without the client, would come after a fourth request.
      await fetch(server.url);
      assert.equal(server.requests.length, 4);
      for (const response of held) {
        respondJson(response, { items: [] });
      }
      await Promise.all(lists);
      assert.equal(server.requests.length, 21);
    } finally {
      await server.close();
    }
  });

  it("all wait where one was answered by 429", async () => {
    const emulator = await startEmulator({
      faults: [{ fault: { kind: "status", status: 429, retryAfter: 1 } }],
    });
    try {
      const { client, debugLines } = createCaller(emulator.url);
      const refusedList = client.list();
      await until(() => debugLines.some((line) => line.includes("429, attempt")));
      await Promise.all([refusedList, client.list()]);
      const [refused, ...others] = emulator.journal;
      assert.ok(refused && others.length === 2);
      for (const { receivedAtMs } of others) {
        assert.ok(receivedAtMs - refused.receivedAtMs >= 950);
      }
    } finally {
      await emulator.close();
    }
  });

  it("ask whether they are still wanted after the wait for others, just before they are sent", async () => {
    const emulator = await startEmulator({
      faults: [
        { path: "list", fault: { kind: "status", status: 503, retryAfter: 1 } },
        { path: "get", fault: { kind: "status", status: 429, retryAfter: 2 } },
      ],
    });
    try {
      const { id } = emulator.environment(callerApiKey).add(newConnection);
      const askedAtMs: number[] = [];
      const { client } = createCaller(emulator.url, {}, () => askedAtMs.push(Date.now()));
      await Promise.all([client.list(), client.find(id)]);
      const refused = emulator.journal.find(({ status }) => status === 429) ?? assert.fail();
      assert.deepEqual(
        askedAtMs.map((at) => (at <= refused.receivedAtMs ? "before" : at - refused.receivedAtMs >= 1_950)),
        ["before", "before", true, true],
      );
    } finally {
      await emulator.close();
    }
  });

  it("tell the user of a long wait, with its reason", async () => {
    const emulator = await startEmulator({
      faults: [{ fault: { kind: "status", status: 503, retryAfter: 4 } }],
    });
    try {
      const { client, warnings } = createCaller(emulator.url);
      await client.list();
      assert.deepEqual(warnings, [
        "waiting 4 s before attempt 2 of 3: Fluents answered 503 to GET /v1/account_connections/list",
      ]);
    } finally {
      await emulator.close();
    }
  });
});
