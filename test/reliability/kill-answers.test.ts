import assert from "node:assert/strict";

import { answerPoints } from "./kill-points";
import { KillStack } from "./kill-stack";
import { signal } from "./processes";
import type { RunningPulumi } from "./running-pulumi";

describe("kill -9 as an answer leaves the service", function () {
  this.timeout("10 min");

  let killStack: KillStack | undefined;
  let running: RunningPulumi | undefined;

  afterEach(async () => {
    running?.close();
    await killStack?.close();
    killStack = running = undefined;
  });

  for (const victim of ["provider", "CLI"] as const) {
    for (const { command, point } of answerPoints) {
      it(`of the ${victim}, to ${point.operation}: the next up converges`, async () => {
        const killed = (killStack = await KillStack.create([point]));
        const run = (running = killed.start(command));
        killed.onSettled = ({ fault }) => {
          if (fault === point.name) {
            const provider = run.findProvider();
            signal(victim === "CLI" ? run.pid : provider, "SIGKILL");
          }
        };
        assert.notEqual(await run.untilEnd(), 0);
        killed.onSettled = () => undefined;
        killed.keepOutput(run.output);
        const { length } = killed.stack.emulator.journal;
        if (victim === "CLI") {
          await killed.cancel();
        }
        assert.deepEqual(killed.stack.emulator.journal.slice(length), []);
        assert.deepEqual(await killed.recover(), point.operation === "create" ? [point.name] : []);
      });
    }
  }
});
