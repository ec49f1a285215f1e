import type { StateSize } from "./state-size";
import type { VerbSlug } from "./verbs";

/** What is compared. */
export type Contender = "fluents" | "naive" | "null" | "curl";

/** One verb, measured once. */
export interface Sample {
  readonly contender: Contender;
  /** Number of connections. */
  readonly count: number;
  /** Latency of the API, in milliseconds. */
  readonly latencyMs: number;
  readonly verb: VerbSlug;
  /** Wall time of the command. */
  readonly seconds: number;
  /** Requests that reached the API. */
  readonly requests: number;
  /** Peak of the provider process's resident memory; absent where there is none, and where /proc is not there. */
  readonly providerBytes?: number | undefined;
  /** Size of the state after the verb; only after the first `up`. */
  readonly state?: StateSize | undefined;
}

/** Median; of an even number of values, the mean of the middle two. @throws if there is none */
export function findMedian(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  if (middle.length === 0) {
    throw new Error("no values");
  }
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
