import assert from "node:assert/strict";

import { programOfMany, TestStack } from "../helpers/stack";
import { RunningPulumi } from "./running-pulumi";
import { signal } from "./processes";
import { waitUntil } from "./wait-until";

const describeArguments = (label: string): string =>
  JSON.stringify({ type: "account_connection_rime", label, credentials: { rime_api_key: "rime-key-1" } });

describe("Ctrl-C during an up", function () {
  this.timeout("10 min");

  let stack: TestStack;
  let running: RunningPulumi | undefined;

  beforeEach(async () => {
    stack = await TestStack.create({
      program: programOfMany({ updated: describeArguments("old") }),
      env: { FLUENTS_REQUEST_TIMEOUT_SECONDS: "5" },
    });
    await stack.up();
  });

  afterEach(async () => {
    running?.close();
    await stack.close();
  });

  it("lets what is in flight end well, and the next up does the rest", async () => {
    const later = Array.from({ length: 12 }, (_, index) => `later-${index}`);
    const first = programOfMany({
      updated: describeArguments("new"),
      created: describeArguments("created"),
    });
    // Else they could all be there before the update begins.
    const rest = later.map(
      (name) =>
        `new fluents.AccountConnection("${name}", ${describeArguments(name)}, { dependsOn: updated });`,
    );
    stack.write([first.replace("new fluents", "const updated = new fluents"), ...rest].join("\n"));
    stack.emulator.setFaults([
      { path: "update", fault: { kind: "hang", applied: false } },
      { path: "create", label: "created", fault: { kind: "hang", applied: true } },
    ]);
    running = new RunningPulumi(stack, ["up", "--parallel", "2"]);
    const countHanging = (): number =>
      stack.emulator.journal.filter(({ status }) => status === "hang").length;
    await waitUntil("both requests hang", () => countHanging() === 2);
    signal(running.pid, "SIGINT");
    assert.notEqual(await running.untilEnd(), 0);

    const resources = await stack.readResources();
    const labelOf = (name: string): unknown => stack.service.get(resources[name]?.id ?? "")?.label;
    assert.deepEqual([labelOf("updated"), labelOf("created")], ["new", "created"]);
    assert.equal(resources.updated?.outputs?.label, "new");
    assert.equal(stack.service.list().length, Object.keys(resources).length);
    // The engine may still start a step that was in its queue.
    const missing = later.filter((name) => !(name in resources));
    assert.ok(missing.length > 0, `the up was not interrupted:\n${running.output}`);

    const next = await stack.up();
    assert.doesNotMatch(next.output, /pending operations/);
    const created = next.requests.flatMap(({ path, body }) =>
      path.endsWith("/create") ? [(body as { label: string }).label] : [],
    );
    assert.deepEqual(created.toSorted(), missing.toSorted());
    assert.equal(stack.service.list().length, 14);
    await stack.up(["--expect-no-changes"]);
  });
});
