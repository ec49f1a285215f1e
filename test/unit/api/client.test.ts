import assert from "node:assert/strict";

import { Client } from "../../../provider/api/client";
import type { Request, Transport } from "../../../provider/api/transport";
import { readSettings } from "../../../provider/settings";

/** A client of a service that has `count` connections and gives fewer on a page than it is asked for. */
function clientOf(count: number, pageLength: number, extra: object): Client {
  const ids = Array.from({ length: count }, (_, index) => `conn-${index}`);
  const transport: Pick<Transport, "send"> = {
    send: ({ query }: Request) => {
      const start = (Number(query?.page) - 1) * pageLength;
      const items = ids
        .slice(start, start + pageLength)
        .map((id) => ({ id, type: "account_connection_rime" }));
      return Promise.resolve({ status: 200, requestId: undefined, body: { items, ...extra } });
    },
  };
  const { settings } = readSettings(() => undefined, { FLUENTS_API_KEY: "key" });
  assert.ok(settings);
  return new Client(transport as Transport, settings);
}

describe("the list of connections", () => {
  it("goes on as long as the service has told of more, however short its pages are", async () => {
    assert.equal((await clientOf(120, 50, { total: 120 }).list()).length, 120);
  });

  it("ends where the service tells of more than it gives", async () => {
    assert.equal((await clientOf(120, 50, { total: 130 }).list()).length, 120);
  });

  it("ends at a page that is not full where the service tells nothing", async () => {
    assert.equal((await clientOf(120, 50, {}).list()).length, 50);
  });
});
