import { summarise, type Results, type Selection } from "./results";
import type { Sample } from "./sample";

/** Connections of the state that is measured: their number makes no difference to the size of one. */
export const stateCount = 100;

/** Something that must hold. */
export interface Bound {
  readonly title: string;
  readonly limit: number;
  /** Whether figures are counts, not ratios. */
  readonly isCount?: boolean;
  /** Why a run may miss it, as profiles show. */
  readonly cause?: string;
  /** @returns `undefined` if the run did not measure it */
  readonly measure: (results: Results) => number | undefined;
}

/** Operations that the engine runs at a time by default, per core. */
const operationsPerCore = 4;

/** Requests in flight at a time, as pulumi-fluents allows by default. */
const maxConcurrency = 10;

const seconds = (sample: Sample) => sample.seconds;

function compare(results: Results, ours: Selection, theirs: Selection): number | undefined {
  return divide(summarise(results, ours, seconds), summarise(results, theirs, seconds));
}

function divide(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

/** Time of our verb over that of the null provider. */
function overNull(count: number, verb: Sample["verb"]): Bound["measure"] {
  return (results) =>
    compare(
      results,
      { contender: "fluents", count, latencyMs: 0, verb },
      { contender: "null", count, latencyMs: 0, verb },
    );
}

const refresh = { count: 1000, latencyMs: 50, verb: "refresh" } as const;
const rotation = { count: 100, latencyMs: 50, verb: "rotate-all" } as const;

/** Peak memory of the provider process over all verbs, in bytes. */
export function findPeak(
  results: Results,
  contender: "fluents" | "naive" | "null",
  count: number,
): number | undefined {
  const peaks = results.samples
    .filter((sample) => sample.contender === contender && sample.count === count)
    .map(({ verb, latencyMs }) =>
      summarise(results, { contender, count, latencyMs, verb }, ({ providerBytes }) => providerBytes),
    )
    .filter((peak) => peak !== undefined);
  return peaks.length === 0 ? undefined : Math.max(...peaks);
}

/**
 * Shortest time in which all connections can be rotated: what the null provider takes, which does not wait for anything,
 * and the latency once for every batch of as many as run at a time.
 */
export function computeRotationSeconds(results: Results): number | undefined {
  const { count, latencyMs } = rotation;
  const own = summarise(results, { ...rotation, contender: "null" }, seconds);
  const parallel = Math.min(maxConcurrency, operationsPerCore * results.machine.cores);
  return own === undefined ? undefined : own + (Math.ceil(count / parallel) * latencyMs) / 1000;
}

const startCause =
  "half of it is fixed: the start of the engine, of the program and of the provider, where ours loads got and zod";

const stateCause =
  "70 % of the engine's time is the writing of the state. Ours has half the bytes of null's, but three secrets and 19 " +
  "properties for each connection instead of two and 10, which the engine encrypts, checks and sorts anew at every write";

const refreshCause =
  "it is a matter of processor time, not of waiting: `read` and `diff` get and give more properties than null's, our handlers " +
  "check and compare them, and got and zod are loaded";

const memoryCause =
  "most of the difference is there with one connection already: got and zod, which ours loads";

/** What pulumi-fluents promises of its speed and size. */
export const bounds: readonly Bound[] = [
  {
    title: "first `up` of 100, 0 ms: time over null",
    limit: 0.95,
    cause: startCause,
    measure: overNull(100, "create"),
  },
  {
    title: "first `up` of 1,000, 0 ms: time over null",
    limit: 0.75,
    cause: stateCause,
    measure: overNull(1000, "create"),
  },
  ...([100, 1000] as const).flatMap((count): Bound[] => [
    {
      title: `\`preview\` of ${count.toLocaleString("en")}, no change: time over null`,
      limit: 1,
      measure: overNull(count, "preview"),
    },
    {
      title: `\`up\` of ${count.toLocaleString("en")}, no change: time over null`,
      limit: 1,
      measure: overNull(count, "up"),
    },
  ]),
  {
    title: "`refresh` of 1,000, 50 ms: requests",
    limit: 40,
    isCount: true,
    measure: (results) =>
      summarise(results, { ...refresh, contender: "fluents" }, ({ requests }) => requests),
  },
  {
    title: "`refresh` of 1,000, 50 ms: time beyond null's, over naive's time beyond null's",
    limit: 0.25,
    cause: refreshCause,
    measure: (results) => {
      const [ours, naive, none] = (["fluents", "naive", "null"] as const).map((contender) =>
        summarise(results, { ...refresh, contender }, seconds),
      );
      return ours === undefined || naive === undefined || none === undefined
        ? undefined
        : (ours - none) / (naive - none);
    },
  },
  {
    title: "rotation of all of 100, 50 ms: time over the shortest possible",
    limit: 1.15,
    measure: (results) =>
      divide(
        summarise(results, { ...rotation, contender: "fluents" }, seconds),
        computeRotationSeconds(results),
      ),
  },
  {
    title: "state, bytes a connection: over naive",
    limit: 0.65,
    measure: (results) => {
      const [ours, naive] = (["fluents", "naive"] as const).map((contender) =>
        summarise(
          results,
          { contender, count: stateCount, latencyMs: 0, verb: "create" },
          ({ state }) => state?.total,
        ),
      );
      return divide(ours, naive);
    },
  },
  {
    title: "provider process at 1,000: peak memory over null",
    limit: 1.25,
    cause: memoryCause,
    measure: (results) => divide(findPeak(results, "fluents", 1000), findPeak(results, "null", 1000)),
  },
];
