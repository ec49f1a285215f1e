import assert from "node:assert/strict";

import { BulkReader } from "../../../provider/api/bulk-reader";
import type { Connection, ConnectionPage } from "../../../provider/api/wire";

function connection(id: string, label: string): Connection {
  return { id, type: "account_connection_rime", label, config: {} };
}

describe("reading many connections", () => {
  it("takes nothing from a page that was on its way while the connection was written", async () => {
    let release: (page: ConnectionPage) => void = () => undefined;
    const page = new Promise<ConnectionPage>((resolve) => (release = resolve));
    const updatedIds = new Set<string>();
    const labels: Record<string, string> = { a: "a", b: "old", c: "c" };
    const reader = new BulkReader({
      updatedIds,
      find: (id) => Promise.resolve(connection(id, labels[id] ?? "")),
      async *listPages() {
        yield await page;
      },
    });

    await reader.find("a", () => true);
    const reads = ["b", "c"].map((id) => reader.find(id, () => true));
    updatedIds.add("b");
    labels.b = "new";
    release({
      connections: ["a", "b", "c"].map((id) => ({
        ...connection(id, id === "b" ? "old" : id),
        isWhole: true,
      })),
      total: 3,
      hasMore: false,
    });
    const [b, c] = await Promise.all(reads);
    assert.equal(b?.label, "new");
    assert.equal(c?.label, "c");
  });

  it("compares the list with a single read once for each type", async () => {
    const types: Record<string, string> = { a: "rime", b: "rime", c: "rime", d: "openai", e: "openai" };
    const singleReads: string[] = [];
    const show = (id: string, label: string) => ({ ...connection(id, label), type: types[id] ?? "" });
    const reader = new BulkReader({
      updatedIds: new Set<string>(),
      find: (id) => {
        singleReads.push(id);
        return Promise.resolve(show(id, "in clear"));
      },
      async *listPages() {
        await Promise.resolve();
        const connections = Object.keys(types).map((id) => ({
          ...show(id, types[id] === "rime" ? "in clear" : "****"),
          isWhole: true,
        }));
        yield { connections, total: 5, hasMore: false };
      },
    });
    const found = await Promise.all(Object.keys(types).map((id) => reader.find(id, () => true)));
    assert.deepEqual(new Set(found.map((one) => one?.label)), new Set(["in clear"]));
    assert.ok(["d", "e"].every((id) => singleReads.includes(id)));
    assert.ok(singleReads.length < 5, singleReads.join());
  });
});
