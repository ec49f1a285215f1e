import assert from "node:assert/strict";

import { programOf, tabulate, TestStack } from "../helpers/stack";

describe("pulumi up on one connection", function () {
  this.timeout("10 min");

  it("creates, changes nothing when nothing changed, and retains on destroy", async () => {
    const stack = await TestStack.create({
      program: programOf(
        '{ type: "account_connection_deepgram", label: "one", credentials: { deepgram_api_key: "dg-key-1" } }',
      ),
    });
    try {
      const first = await stack.up();
      assert.deepEqual(tabulate(first.requests), [
        "GET /list",
        'POST /create {"type":"account_connection_deepgram","label":"one","credentials":{"deepgram_api_key":"dg-key-1"}}',
      ]);
      const again = await stack.up(["--expect-no-changes"]);
      assert.deepEqual(tabulate(again.requests), []);
      const destroyed = await stack.destroy();
      assert.deepEqual(tabulate(destroyed.requests), []);
      assert.match(destroyed.output, /warning: resource "c": connection [0-9a-f-]{36} is no longer managed/);
      assert.equal(stack.service.list().length, 1);
    } finally {
      await stack.close();
    }
  });
});
