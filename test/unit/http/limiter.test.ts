import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";

import { Limiter } from "../../../provider/http/limiter";

/** Tasks of one limiter, which run until they are told to end. */
class Tasks {
  readonly started: string[] = [];
  readonly #ends = new Map<string, (error?: Error) => void>();

  constructor(private readonly limiter: Limiter) {}

  /** Hands a task over. Gives its result: its name. */
  add(name: string): Promise<string> {
    return this.limiter.run(
      () =>
        new Promise((resolve, reject) => {
          this.started.push(name);
          this.#ends.set(name, (error) => {
            if (error === undefined) {
              resolve(name);
            } else {
              reject(error);
            }
          });
        }),
    );
  }

  /** Ends a task, and lets the others react. */
  async end(name: string, error?: Error): Promise<void> {
    this.#ends.get(name)?.(error);
    await setImmediate();
  }
}

describe("the limiter", () => {
  it("runs no more tasks at a time than the limit, in the order in which they came", async () => {
    const tasks = new Tasks(new Limiter(2));
    const results = ["a", "b", "c", "d"].map((name) => tasks.add(name));
    await setImmediate();
    assert.deepEqual(tasks.started, ["a", "b"]);
    await tasks.end("b");
    assert.deepEqual(tasks.started, ["a", "b", "c"]);
    await tasks.end("a");
    assert.deepEqual(tasks.started, ["a", "b", "c", "d"]);
    await tasks.end("c");
    await tasks.end("d");
    assert.deepEqual(await Promise.all(results), ["a", "b", "c", "d"]);
  });

  it("passes on the error of a task, and gives its place to the next", async () => {
    const tasks = new Tasks(new Limiter(1));
    const failing = assert.rejects(tasks.add("a"), /^Error: broken$/);
    const next = tasks.add("b");
    await setImmediate();
    await tasks.end("a", new Error("broken"));
    await failing;
    assert.deepEqual(tasks.started, ["a", "b"]);
    await tasks.end("b");
    assert.equal(await next, "b");
  });

  it("gives the place back when nobody waits", async () => {
    const tasks = new Tasks(new Limiter(1));
    for (const name of ["a", "b"]) {
      const result = tasks.add(name);
      await setImmediate();
      await tasks.end(name);
      assert.equal(await result, name);
    }
  });

  it("keeps a place free for nobody who comes later than those who wait", async () => {
    const tasks = new Tasks(new Limiter(1));
    void tasks.add("a");
    void tasks.add("b");
    await setImmediate();
    const ending = tasks.end("a");
    void tasks.add("c");
    await ending;
    assert.deepEqual(tasks.started, ["a", "b"]);
  });

  it("starts nothing during a pause, whose end a shorter one does not bring nearer", async () => {
    const limiter = new Limiter(5);
    const begunAt = performance.now();
    limiter.pause(60);
    limiter.pause(1);
    const startedAt = await limiter.run(() => Promise.resolve(performance.now()));
    assert.ok(startedAt - begunAt >= 60);
  });

  it("waits for a pause that was made longer meanwhile", async () => {
    const limiter = new Limiter(1);
    const begunAt = performance.now();
    limiter.pause(20);
    const opened = limiter.untilOpen();
    limiter.pause(60);
    await opened;
    assert.ok(performance.now() - begunAt >= 60);
  });
});
