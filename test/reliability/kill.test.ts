import assert from "node:assert/strict";

import { guardPoint, refreshPoints, upPoints, type KillPoint } from "./kill-points";
import { KillStack } from "./kill-stack";
import { isRunning, signal } from "./processes";
import type { RunningPulumi } from "./running-pulumi";
import { waitUntil } from "./wait-until";

type Victim = "CLI" | "provider";

describe("kill -9 while requests are under way", function () {
  this.timeout("10 min");

  let killStack: KillStack | undefined;
  let running: RunningPulumi | undefined;

  afterEach(async () => {
    running?.close();
    await killStack?.close();
    killStack = running = undefined;
  });

  /** Kills the victim once each point is reached. Gives the process id of the provider. */
  async function killAtPoints(
    victim: Victim,
    command: "up" | "refresh",
    points: readonly KillPoint[],
  ): Promise<{ killed: KillStack; provider: number }> {
    const killed = (killStack = await KillStack.create(points));
    const run = (running = killed.start(command));
    await killed.untilReached();
    const provider = run.findProvider();
    signal(victim === "CLI" ? run.pid : provider, "SIGKILL");
    assert.notEqual(await run.untilEnd(), 0);
    killed.keepOutput(run.output);
    return { killed, provider };
  }

  /** Waits for the end of a provider whose CLI was killed, and makes sure that it sends nothing more. */
  async function assertSilent(killed: KillStack, provider: number): Promise<void> {
    const { journal } = killed.stack.emulator;
    const last = journal.length;
    assert.ok(isRunning(provider), "the provider has outlived the CLI");
    killed.stack.emulator.setFaults([]);
    await waitUntil("the provider ends", () => !isRunning(provider));
    assert.deepEqual(journal.slice(last), []);
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
      const { killed } = await killAtPoints("provider", command, points);
      assert.deepEqual(await killed.recover(), orphans);
    });

    it(`of the CLI, ${title}: the provider sends nothing more, and the next up converges`, async () => {
      const { killed, provider } = await killAtPoints("CLI", command, points);
      await assertSilent(killed, provider);
      await killed.cancel();
      assert.deepEqual(await killed.recover(), orphans);
    });
  }
});
