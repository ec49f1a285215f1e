/** Lets a limited number of tasks run at a time, in the order in which they came. */
export class Limiter {
  readonly #waiting: (() => void)[] = [];
  #free: number;

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
}
