import assert from "node:assert/strict";

import { BulkReader } from "../../provider/api/bulk-reader";
import type { Connection } from "../../provider/api/wire";
import type { StoredConnection } from "../emulator/connection";
import { startEmulator, type Emulator, type EmulatorOptions, type Environment } from "../emulator/emulator";
import type { FaultRule } from "../emulator/faults";
import { callerApiKey, createCaller } from "./caller";

const type = "account_connection_rime";

describe("reading many connections", () => {
  let emulator: Emulator;
  let service: Environment;

  async function start(count: number, options: EmulatorOptions = {}): Promise<string[]> {
    emulator = await startEmulator(options);
    service = emulator.environment(callerApiKey);
    return Array.from(
      { length: count },
      (_, index) =>
        service.add({
          type,
          label: `connection ${index}`,
          credentials: { rime_api_key: `secret ${index}` },
          config: { number: index },
        }).id,
    );
  }

  afterEach(() => emulator.close());

  function createReader() {
    const { client } = createCaller(emulator.url);
    return { client, reader: new BulkReader(client) };
  }

  /** Reads as the engine does, `parallel` at a time. Gives what was found by id. */
  async function readAll(
    ids: readonly string[],
    { parallel = 8, reader = createReader().reader } = {},
  ): Promise<Map<string, Connection | undefined>> {
    const found = new Map<string, Connection | undefined>();
    const left = [...ids];
    const work = async () => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) {
        found.set(id, await reader.find(id, ({ credentials }) => credentials !== undefined));
      }
    };
    await Promise.all(Array.from({ length: parallel }, work));
    return found;
  }

  function countRequests() {
    const isPage = ({ path }: { path: string }) => path.endsWith("/list");
    const pages = emulator.journal.filter(isPage).length;
    return { pages, singles: emulator.journal.length - pages };
  }

  /** Makes sure that what was read is what the service has. */
  function assertRight(found: ReadonlyMap<string, Connection | undefined>, ids: readonly string[]): void {
    assert.deepEqual([...found.keys()].sort(), [...ids].sort());
    for (const [id, connection] of found) {
      const truth = service.get(id);
      assert.equal(connection?.label, truth?.label);
      assert.deepEqual(connection?.credentials, truth?.credentials);
      assert.deepEqual(connection?.config, truth?.config);
    }
  }

  it("asks for a single one by itself", async () => {
    const ids = await start(1_000);
    assertRight(await readAll(ids.slice(500, 501)), ids.slice(500, 501));
    assert.deepEqual(countRequests(), { pages: 0, singles: 1 });
  });

  it("asks for few among many one by one, after one look at the list", async () => {
    const ids = await start(10_000);
    const few = [5_000, 7_000, 9_000].map((index) => ids[index] ?? "");
    assertRight(await readAll(few), few);
    assert.deepEqual(countRequests(), { pages: 1, singles: 3 });
  });

  for (const parallel of [1, 8, 64]) {
    it(`lists 1,000 of 1,000, ${parallel} at a time`, async () => {
      const ids = await start(1_000);
      assertRight(await readAll(ids, { parallel }), ids);
      const { pages, singles } = countRequests();
      assert.equal(pages, 10);
      assert.ok(singles <= 10, String(singles));
    });
  }

  for (const count of [1, 2, 3, 8, 11, 12, 13, 20, 40, 150, 600, 1_200]) {
    it(`costs no more than about twice the cheaper way, for ${count} of 1,200`, async () => {
      const ids = await start(1_200);
      const step = Math.floor(ids.length / count);
      const wanted = Array.from({ length: count }, (_, index) => ids[ids.length - 1 - index * step] ?? "");
      assertRight(await readAll(wanted), wanted);
      const requests = emulator.journal.length;
      assert.ok(requests <= 2 * Math.min(count, 12) + 1, String(requests));
    });
  }

  it("stops soon after the page that holds the last one", async () => {
    const ids = await start(1_000);
    await readAll(ids.slice(0, 300));
    const { pages } = countRequests();
    assert.ok(pages >= 3 && pages <= 5, String(pages));
  });

  it("finds out one by one which ones the list does not hold", async () => {
    const ids = await start(300);
    const gone = [ids[7], ids[150], ids[299]] as string[];
    for (const id of gone) {
      service.remove(id);
    }
    const found = await readAll(ids);
    assertRight(found, ids);
    assert.ok(gone.every((id) => found.get(id) === undefined));
    assert.ok(emulator.journal.length <= 3 + 3 + 3 + 1);
  });

  for (const fault of [
    { kind: "status", status: 404 },
    { kind: "status", status: 500 },
    { kind: "cutOff", applied: false },
    { kind: "html", status: 200 },
  ] as const) {
    it(`goes on one by one where the list fails (${JSON.stringify(fault)}), without another try`, async () => {
      const ids = await start(30, { faults: [{ path: "list", fault, times: Infinity }] });
      assertRight(await readAll(ids), ids);
      assert.deepEqual(countRequests(), { pages: 1, singles: 30 });
    });
  }

  it("waits where the service asks to wait with the next page", async () => {
    const ids = await start(250, {
      faults: [{ path: "list", skip: 1, fault: { kind: "status", status: 429, retryAfter: 0 } }],
    });
    assertRight(await readAll(ids), ids);
    assert.equal(countRequests().pages, 4);
  });

  it("goes on one by one with the rest where a later page fails", async () => {
    const ids = await start(250, {
      faults: [{ path: "list", skip: 2, fault: { kind: "status", status: 500 } }],
    });
    assertRight(await readAll(ids), ids);
    assert.ok(countRequests().singles <= 60);
  });

  /** What the list says instead of the truth. */
  const showAs = (show: (connection: StoredConnection) => object): FaultRule => ({
    path: "list",
    times: Infinity,
    fault: { kind: "override", fields: { items: service.list().map(show), has_more: false } },
  });

  const poorer: Readonly<Record<string, (connection: StoredConnection) => object>> = {
    "no credentials": (connection) => ({ ...connection, credentials: undefined }),
    "masked credentials": (connection) => ({ ...connection, credentials: { rime_api_key: "****" } }),
    "no config": (connection) => ({ ...connection, config: undefined }),
    "items that are not as promised": (connection) => ({ ...connection, steering_pool: 5 }),
  };
  for (const [title, show] of Object.entries(poorer)) {
    it(`does not take the word of a list with ${title}`, async () => {
      const ids = await start(30);
      emulator.setFaults([showAs(show)]);
      assertRight(await readAll(ids), ids);
      assert.deepEqual(countRequests(), { pages: 1, singles: 30 });
    });
  }

  it("reads only those one by one of which the list tells less than of others", async () => {
    const ids = await start(30);
    emulator.setFaults([
      showAs((connection) =>
        connection.id === ids[20] ? { ...connection, credentials: undefined } : connection,
      ),
    ]);
    assertRight(await readAll(ids), ids);
    assert.deepEqual(countRequests(), { pages: 1, singles: 2 });
  });

  it("lists where single reads mask just the same", async () => {
    const ids = await start(300, { credentials: "masked" });
    const found = await readAll(ids);
    assert.equal(found.size, 300);
    assert.ok(emulator.journal.length <= 3 + 3 + 1);
  });

  it("goes on page by page where the service does not say how many there are", async () => {
    const ids = await start(500);
    emulator.setFaults([
      { path: "list", times: Infinity, fault: { kind: "override", fields: { total: undefined } } },
    ]);
    assertRight(await readAll(ids), ids);
    const { pages, singles } = countRequests();
    assert.equal(pages, 5);
    assert.ok(singles <= 5, String(singles));
  });

  it("never hides a write of its own by an older list", async () => {
    const ids = await start(300);
    const { client, reader } = createReader();
    const [written = ""] = ids.slice(250);
    await readAll(ids.slice(0, 9), { reader });
    await client.update(written, { label: "new" });
    const found = await readAll(ids.slice(9), { reader });
    assert.equal(found.get(written)?.label, "new");
  });

  it("forgets the list of one refresh in the next", async () => {
    const ids = await start(300);
    const { reader } = createReader();
    await readAll(ids, { reader });
    for (const id of ids) {
      service.change(id, { label: `${id}, changed` });
    }
    emulator.clearJournal();
    assertRight(await readAll(ids, { reader }), ids);
    assert.ok(emulator.journal.length <= 3 + 3 + 1);
  });

  it("fails each read by itself where nothing can be read", async () => {
    const ids = await start(20, { faults: [{ fault: { kind: "status", status: 401 }, times: Infinity }] });
    const { reader } = createReader();
    const results = await Promise.allSettled(ids.map((id) => reader.find(id, () => true)));
    assert.ok(results.every(({ status }) => status === "rejected"));
  });
});
