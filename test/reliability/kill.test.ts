import assert from "node:assert/strict";

import { guardPoint, refreshPoints, upPoints, type KillPoint } from "./kill-points";
import { KillStack } from "./kill-stack";
import { isRunning } from "./processes";
import type { Victim } from "./running-pulumi";
import { waitUntil } from "./wait-until";

describe("kill -9 while requests are under way", function () {
  this.timeout("10 min");

  let killStack: KillStack;
  afterEach(() => killStack.close());

  /** Kills the victim once each point is reached. Gives the process id of the provider. */
  async function killAtPoints(
    victim: Victim,
    command: "up" | "refresh",
    points: readonly KillPoint[],
  ): Promise<number> {
    killStack = await KillStack.create(points);
    const run = killStack.start(command);
    await killStack.untilReached();
    const provider = run.kill(victim);
    assert.notEqual(await run.untilEnd(), 0);
    return provider;
  }

  /** Waits for the end of a provider whose CLI was killed, and makes sure that it sends nothing more. */
  async function assertSilent(provider: number): Promise<void> {
    const { emulator } = killStack.stack;
    const last = emulator.journal.length;
    assert.ok(isRunning(provider), "the provider has outlived the CLI");
    emulator.setFaults([]);
    await waitUntil("the provider ends", () => !isRunning(provider));
    assert.deepEqual(emulator.journal.slice(last), []);
  }

  const many: readonly (readonly [
    command: "up" | "refresh",
    title: string,
    points: readonly KillPoint[],
    orphans: readonly string[],
  ])[] = [
    ["up", `of an up at ${upPoints.length} points`, upPoints, ["create-applied", "create-searching"]],
    ["up", "of an up that looks for duplicates", [guardPoint], []],
    ["refresh", `of a refresh at ${refreshPoints.length} points`, refreshPoints, []],
  ];
  for (const [command, title, points, orphans] of many) {
    it(`of the provider, ${title}: the next up converges`, async () => {
      await killAtPoints("provider", command, points);
      assert.deepEqual(await killStack.recover(), orphans);
    });

    it(`of the CLI, ${title}: the provider sends nothing more, and the next up converges`, async () => {
      await assertSilent(await killAtPoints("CLI", command, points));
      await killStack.cancel();
      assert.deepEqual(await killStack.recover(), orphans);
    });
  }
});
