import { setTimeout as sleep } from "node:timers/promises";

/** Lets a limited number of tasks run at a time, in the order in which they came, and none during a pause. */
export class Limiter {
  readonly #waiting: (() => void)[] = [];
  #free: number;
  #opensAt = 0;

  /** @param limit tasks that may run at a time, 1 or more */
  constructor(limit: number) {
    this.#free = limit;
  }

  /** Runs `task` once its turn has come. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) {
      this.#free -= 1;
    } else {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      await this.untilOpen();
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#free += 1;
      } else {
        next();
      }
    }
  }

  /** Starts nothing for `durationMs`; a pause that ends later stays. */
  pause(durationMs: number): void {
    this.#opensAt = Math.max(this.#opensAt, performance.now() + durationMs);
  }

  /** Waits for the end of the pause. */
  async untilOpen(): Promise<void> {
    for (let leftMs = this.#leftMs(); leftMs > 0; leftMs = this.#leftMs()) {
      await sleep(leftMs);
    }
  }

  #leftMs(): number {
    return Math.ceil(this.#opensAt - performance.now());
  }
}
