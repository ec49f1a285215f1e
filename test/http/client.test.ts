import assert from "node:assert/strict";

import { CreatedInvalidError } from "../../provider/api/client";
import { FluentsError } from "../../provider/errors";
import { startEmulator, type Emulator, type Environment } from "../emulator/emulator";
import { callerApiKey, createCaller, knownSecret, requestErrorOf } from "./caller";
import { respondJson, startRecorder } from "./recorder";

const newConnection = {
  type: "account_connection_rime",
  label: "Rime",
  description: "for speech",
  credentials: { key: knownSecret },
  steeringPool: ["+1"],
  accountSupportsAnyCallerId: true,
  config: { a: { b: 1 } },
};

/** A connection on the wire. */
const wire = { id: "conn-1", type: "account_connection_rime", user_id: "u", credentials: {}, config: {} };

let emulator: Emulator;
let service: Environment;

describe("the client", () => {
  beforeEach(async () => {
    emulator = await startEmulator();
    service = emulator.environment(callerApiKey);
  });

  afterEach(async () => {
    await emulator.close();
  });

  /** Requests so far: method, path and query. */
  function requests() {
    return emulator.journal.map(({ method, path, query }) => ({ method, path, query }));
  }

  it("gets a connection by its id", async () => {
    const { id } = service.add({ type: "account_connection_rime", label: "Rime" });
    const found = await createCaller(emulator.url).client.find(id);
    assert.equal(found?.id, id);
    assert.equal(found.label, "Rime");
    assert.deepEqual(requests(), [{ method: "GET", path: "/v1/account_connections", query: { id } }]);
  });

  it("finds nothing on 404", async () => {
    assert.equal(await createCaller(emulator.url).client.find("conn-missing"), undefined);
  });

  it("does not take a gateway's 404 for a missing connection", async () => {
    for (const fault of [
      { kind: "html", status: 404 },
      { kind: "empty", status: 404 },
    ] as const) {
      emulator.setFaults([{ fault }]);
      const error = await requestErrorOf(createCaller(emulator.url).client.find("conn-1"));
      assert.equal(error.code, "invalid_answer");
    }
  });

  it("creates a connection, by one request with the fields that are given", async () => {
    const created = await createCaller(emulator.url).client.create(newConnection);
    assert.deepEqual(requests(), [{ method: "POST", path: "/v1/account_connections/create", query: {} }]);
    assert.deepEqual(emulator.journal[0]?.body, {
      type: newConnection.type,
      label: newConnection.label,
      description: newConnection.description,
      credentials: newConnection.credentials,
      steering_pool: newConnection.steeringPool,
      account_supports_any_caller_id: true,
      config: newConnection.config,
    });
    assert.equal(created.userId, service.userId);
    assert.deepEqual(service.get(created.id)?.credentials, newConnection.credentials);
  });

  it("updates a connection, by one request with only the fields that are given", async () => {
    const { id } = service.add({ type: "account_connection_rime", label: "old", description: "kept" });
    const updated = await createCaller(emulator.url).client.update(id, { label: "", steeringPool: [] });
    assert.deepEqual(requests(), [{ method: "POST", path: "/v1/account_connections/update", query: { id } }]);
    assert.deepEqual(emulator.journal[0]?.body, { label: "", steering_pool: [] });
    assert.equal(updated.description, "kept");
    assert.equal(updated.label, "");
  });

  it("says of an update of a missing connection that there is none", async () => {
    const error = await requestErrorOf(
      createCaller(emulator.url).client.update("conn-missing", { label: "x" }),
    );
    assert.equal(error.code, "not_found");
    assert.equal(error.mayHaveApplied, false);
  });

  for (const credentials of ["clear", "masked", "missing"] as const) {
    it(`reads connections whose credentials are ${credentials}`, async () => {
      emulator.configure({ credentials });
      const { id } = service.add({ type: "account_connection_rime", credentials: { key: "12345678" } });
      const found = await createCaller(emulator.url).client.find(id);
      const expected = { clear: { key: "12345678" }, masked: { key: "****5678" }, missing: undefined };
      assert.deepEqual(found?.credentials, expected[credentials]);
    });
  }

  it("refuses an answer with the id of another connection, with its request id", async () => {
    const { id } = service.add({ type: "account_connection_rime" });
    const { client } = createCaller(emulator.url);
    for (const request of [() => client.find(id), () => client.update(id, { label: "x" })]) {
      emulator.setFaults([{ fault: { kind: "override", fields: { id: "conn-foreign" } } }]);
      const error = await requestErrorOf(request());
      assert.equal(error.code, "invalid_answer");
      assert.equal(error.mayHaveApplied, true);
      assert.match(error.message, new RegExp(`another connection than ${id} \\(request id [\\w-]+\\)`));
    }
  });

  it("refuses an answer that is no connection, and names its fields, not their values", async () => {
    const { id } = service.add({ type: "account_connection_rime" });
    emulator.setFaults([{ fault: { kind: "override", fields: { label: [knownSecret], type: undefined } } }]);
    const error = await requestErrorOf(createCaller(emulator.url).client.find(id));
    assert.match(
      error.message,
      /^GET \/v1\/account_connections: Fluents answered 200, but .*type: .*; label: .*\(request id [\w-]+\)/,
    );
  });

  it("takes any 2xx with a valid connection for a success", async () => {
    const server = await startRecorder((response, attempt) => {
      respondJson(response, wire, [200, 201, 202, 299][attempt - 1] ?? 200);
    });
    try {
      const { client } = createCaller(server.url);
      assert.equal((await client.find("conn-1"))?.id, "conn-1");
      assert.equal((await client.update("conn-1", {})).id, "conn-1");
      assert.equal((await client.create(newConnection)).id, "conn-1");
      assert.equal((await client.create(newConnection)).id, "conn-1");
    } finally {
      await server.close();
    }
  });

  it("tells the id of a created connection whose answer is otherwise not valid", async () => {
    emulator.setFaults([{ fault: { kind: "override", fields: { config: knownSecret } } }]);
    const error: unknown = await createCaller(emulator.url)
      .client.create(newConnection)
      .catch((reason: unknown) => reason);
    assert.ok(error instanceof CreatedInvalidError);
    assert.equal(error.connectionId, service.list()[0]?.id);
    assert.ok(!error.message.includes("HUNTER2"));
  });

  it("says that a creation may have been carried out where the answer shows no id", async () => {
    emulator.setFaults([{ fault: { kind: "override", fields: { id: undefined } } }]);
    const error = await requestErrorOf(createCaller(emulator.url).client.create(newConnection));
    assert.equal(error.mayHaveApplied, true);
    assert.equal(service.list().length, 1);
  });
});

describe("the list of connections", () => {
  beforeEach(async () => {
    emulator = await startEmulator();
    service = emulator.environment(callerApiKey);
  });

  afterEach(async () => {
    await emulator.close();
  });

  function addMany(count: number): string[] {
    return Array.from({ length: count }, () => service.add({ type: "account_connection_rime" }).id);
  }

  /** The ids that are listed, and the pages that were asked for. */
  async function listAll(): Promise<{ ids: string[]; pages: unknown[] }> {
    const connections = await createCaller(emulator.url).client.list();
    return {
      ids: connections.map(({ id }) => id),
      pages: emulator.journal.map(({ query }) => query.page),
    };
  }

  it("is empty in an empty environment", async () => {
    assert.deepEqual(await listAll(), { ids: [], pages: ["1"] });
    assert.deepEqual(emulator.journal[0]?.query, { page: "1", size: "100" });
  });

  for (const [count, pages] of [
    [99, ["1"]],
    [100, ["1"]],
    [101, ["1", "2"]],
    [250, ["1", "2", "3"]],
  ] as const) {
    it(`has all of ${count} connections, in their order`, async () => {
      const ids = addMany(count);
      assert.deepEqual(await listAll(), { ids, pages });
    });
  }

  it("goes on after a full page where the service does not say whether there is more", async () => {
    const ids = addMany(200);
    emulator.setFaults([{ fault: { kind: "override", fields: { has_more: undefined } }, times: Infinity }]);
    assert.deepEqual(await listAll(), { ids, pages: ["1", "2", "3"] });
  });

  it("goes on after a page that is full by the size that the service has for it", async () => {
    const server = await startRecorder((response, page) => {
      const names = page === 1 ? ["conn-1", "conn-2"] : ["conn-3"];
      respondJson(response, { items: names.map((id) => ({ ...wire, id })), size: 2 });
    });
    try {
      assert.equal((await createCaller(server.url).client.list()).length, 3);
      assert.equal(server.requests.length, 2);
    } finally {
      await server.close();
    }
  });

  it("believes the service that there is more after a page that is not full", async () => {
    const server = await startRecorder((response, page) => {
      respondJson(response, { items: [{ ...wire, id: `conn-${page}` }], has_more: page < 3 });
    });
    try {
      const listed = await createCaller(server.url).client.list();
      assert.deepEqual(
        listed.map(({ id }) => id),
        ["conn-1", "conn-2", "conn-3"],
      );
    } finally {
      await server.close();
    }
  });

  it("ends where the service answers the same page for ever", async () => {
    const server = await startRecorder((response) => {
      respondJson(response, { items: [wire, { ...wire, id: "conn-2" }], has_more: true });
    });
    try {
      assert.equal((await createCaller(server.url).client.list()).length, 2);
      assert.equal(server.requests.length, 2);
    } finally {
      await server.close();
    }
  });

  it("asks for pages together once it is told how many there are", async () => {
    const held: (() => void)[] = [];
    const server = await startRecorder((response, page) => {
      const answer = () => {
        respondJson(response, { items: [{ ...wire, id: `conn-${page}` }], has_more: page < 3, total: 3 });
      };
      if (page === 1) {
        answer();
      } else if (held.push(answer) === 2) {
        held.forEach((release) => {
          release();
        });
      }
    });
    try {
      assert.equal((await createCaller(server.url).client.list()).length, 3);
    } finally {
      await server.close();
    }
  });

  it("asks for few pages that are not there where the service overstates how many there are", async () => {
    const server = await startRecorder((response) => {
      respondJson(response, { items: [wire], has_more: true, total: 1e9 });
    });
    try {
      assert.equal((await createCaller(server.url).client.list()).length, 1);
      assert.ok(server.requests.length <= 3);
    } finally {
      await server.close();
    }
  });

  it("keeps the id of an item that is not as the API promises", async () => {
    const items = [wire, { ...wire, id: "x", label: "odd", steering_pool: [1] }];
    emulator.setFaults([{ fault: { kind: "override", fields: { items, has_more: false } } }]);
    const connections = await createCaller(emulator.url).client.list();
    assert.deepEqual(connections.at(1), {
      id: "x",
      type: wire.type,
      label: "odd",
      config: {},
      isWhole: false,
    });
  });

  it("is an error if one item is no connection", async () => {
    emulator.setFaults([{ fault: { kind: "override", fields: { items: [wire, { type: wire.type }] } } }]);
    const error = await requestErrorOf(createCaller(emulator.url).client.list());
    assert.match(error.message, /items\.1/);
  });
});

describe("fluents:environmentConnectionId", () => {
  beforeEach(async () => {
    emulator = await startEmulator();
    service = emulator.environment(callerApiKey);
  });

  afterEach(async () => {
    await emulator.close();
  });

  it("is looked for once before anything is written", async () => {
    const { id } = service.add({ type: "account_connection_rime" });
    const { client } = createCaller(emulator.url, { environmentConnectionId: id });
    await Promise.all([client.create(newConnection), client.update(id, { label: "x" })]);
    await client.create(newConnection);
    const gets = emulator.journal.filter(({ method }) => method === "GET");
    assert.equal(gets.length, 1);
    assert.equal(emulator.journal[0]?.method, "GET");
  });

  it("keeps everything from being written where the key does not see it", async () => {
    const { client } = createCaller(emulator.url, { environmentConnectionId: "conn-elsewhere" });
    const isRefused = (error: unknown) =>
      FluentsError.isInstance(error) &&
      error.code === "wrong_environment" &&
      /conn-elsewhere.*nothing was written.*`pulumi config set --secret fluents:apiKey`/.test(error.message);
    await assert.rejects(client.create(newConnection), isRefused);
    await assert.rejects(client.update("conn-1", { label: "x" }), isRefused);
    assert.ok(emulator.journal.every(({ method }) => method === "GET"));
  });

  it("is looked for again after a look that failed", async () => {
    const { id } = service.add({ type: "account_connection_rime" });
    emulator.setFaults([{ path: "get", fault: { kind: "status", status: 400 } }]);
    const { client } = createCaller(emulator.url, { environmentConnectionId: id });
    assert.equal((await requestErrorOf(client.create(newConnection))).status, 400);
    await client.create(newConnection);
    assert.equal(service.list().length, 2);
  });

  it("does not stand in the way of reads", async () => {
    const { client } = createCaller(emulator.url, { environmentConnectionId: "conn-elsewhere" });
    assert.deepEqual(await client.list(), []);
  });
});
