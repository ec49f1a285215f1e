/** How much is measured. */
export interface Plan {
  /** Numbers of connections, with how often each is measured. */
  readonly sizes: readonly { readonly count: number; readonly repetitions: number }[];
  /** Latencies of the API, in milliseconds. */
  readonly latenciesMs: readonly number[];
}

/** What docs/performance.md shows. */
export const fullPlan: Plan = {
  sizes: [
    { count: 1, repetitions: 5 },
    { count: 10, repetitions: 5 },
    { count: 100, repetitions: 5 },
    { count: 1000, repetitions: 3 },
  ],
  latenciesMs: [0, 50],
};

/** A look in less than five minutes, on a slow machine too. */
export const quickPlan: Plan = { sizes: [{ count: 100, repetitions: 1 }], latenciesMs: [0] };

/** The sizes in the order in which they are measured: each once, then each again, so that a run that is stopped is of use. */
export function listRounds({ sizes }: Plan): number[] {
  const mostRepetitions = Math.max(...sizes.map(({ repetitions }) => repetitions));
  return Array.from({ length: mostRepetitions }, (_, round) =>
    sizes.filter(({ repetitions }) => round < repetitions).map(({ count }) => count),
  ).flat();
}
