import { cpus, totalmem } from "node:os";

import { sdkVersion } from "../test/helpers/package";
import type { Runtime } from "../test/helpers/runtime";
import { findMedian, type Contender, type Sample } from "./sample";
import type { StartSample } from "./start-run";
import type { VerbSlug } from "./verbs";

/** Where it was measured. */
export interface Machine {
  readonly cores: number;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly node: string;
  readonly cli: string;
  readonly sdk: string;
}

/** All that a run of the benchmark measured. */
export interface Results {
  readonly machine: Machine;
  readonly samples: readonly Sample[];
  readonly starts: readonly StartSample[];
}

/** Describes this machine. */
export function describeMachine({ engine, node }: Runtime): Machine {
  return {
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: node.version,
    cli: engine.version,
    sdk: sdkVersion,
  };
}

/** Which samples to look at. */
export interface Selection {
  readonly contender: Contender;
  readonly count: number;
  readonly latencyMs: number;
  readonly verb: VerbSlug;
}

/** The samples of a selection: those of one latency were measured in turn, as a machine is not as fast at all times. */
export function selectSamples({ samples }: Results, selection: Selection): readonly Sample[] {
  return samples.filter(
    (sample) =>
      sample.contender === selection.contender &&
      sample.count === selection.count &&
      sample.latencyMs === selection.latencyMs &&
      sample.verb === selection.verb,
  );
}

/** Median of what a selection's samples say; `undefined` where none says anything. */
export function summarise(
  results: Results,
  selection: Selection,
  read: (sample: Sample) => number | undefined,
): number | undefined {
  const values = selectSamples(results, selection)
    .map(read)
    .filter((value) => value !== undefined);
  return values.length === 0 ? undefined : findMedian(values);
}

/** The sizes that were measured. */
export function listCounts({ samples }: Results): number[] {
  return [...new Set(samples.map(({ count }) => count))].toSorted((a, b) => a - b);
}
