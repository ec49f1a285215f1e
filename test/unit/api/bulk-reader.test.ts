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
});
