import assert from "node:assert/strict";

import { answerPoints } from "./kill-points";
import { KillStack } from "./kill-stack";

describe("kill -9 as an answer leaves the service", function () {
  this.timeout("10 min");

  let killStack: KillStack;
  afterEach(() => killStack.close());

  for (const victim of ["provider", "CLI"] as const) {
    for (const { command, point } of answerPoints) {
      it(`of the ${victim}, to ${point.operation}: the next up converges`, async () => {
        killStack = await KillStack.create([point]);
        const { journal } = killStack.stack.emulator;
        const run = killStack.start(command);
        killStack.onSettled = ({ fault }) => {
          if (fault === point.name) {
            run.kill(victim);
          }
        };
        assert.notEqual(await run.untilEnd(), 0);
        killStack.onSettled = () => undefined;
        const { length } = journal;
        if (victim === "CLI") {
          await killStack.cancel();
        }
        assert.deepEqual(journal.slice(length), []);
        assert.deepEqual(await killStack.recover(), point.operation === "create" ? [point.name] : []);
      });
    }
  }
});
