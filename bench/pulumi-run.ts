import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { withoutShortcuts } from "../test/helpers/runtime";
import { TestStack } from "../test/helpers/stack";
import { ProviderMemory } from "./provider-memory";
import type { Contender, Sample } from "./sample";
import { measureState } from "./state-size";
import { verbs, type Verb } from "./verbs";

const programs = join(__dirname, "programs");

/** A contender that is a dynamic provider. */
export type ProviderContender = Exclude<Contender, "curl">;

/** A stack with one of the dynamic providers. */
export class PulumiRun {
  private constructor(
    private readonly contender: ProviderContender,
    private readonly count: number,
    private readonly latencyMs: number,
    private readonly stack: TestStack,
  ) {}

  /** Makes the stack, still empty. Close it in the end. */
  static async start(contender: ProviderContender, count: number, latencyMs: number): Promise<PulumiRun> {
    const stack = await TestStack.create({
      program: readFileSync(join(programs, `${contender}.js`), "utf8"),
      env: { ...withoutShortcuts, BENCH_COUNT: String(count) },
      emulator: { latencyMs },
    });
    copyFileSync(join(programs, "connections.js"), join(stack.folder, "connections.js"));
    return new PulumiRun(contender, count, latencyMs, stack);
  }

  /** Runs a verb on what the one before it left. */
  async measure(verb: Verb): Promise<Sample> {
    const { contender, count, latencyMs, stack } = this;
    stack.env.BENCH_ROTATION = verb.rotation;
    const memory = new ProviderMemory(stack.folder);
    const startedAt = performance.now();
    const { requests } = await stack.pulumi([...verb.args]);
    const seconds = (performance.now() - startedAt) / 1000;
    const stateFile = join(stack.folder, "backend", ".pulumi", "stacks", "test-project", "dev.json");
    return {
      contender,
      count,
      latencyMs,
      verb: verb.slug,
      seconds,
      requests: requests.length,
      providerBytes: memory.stop(),
      ...(verb.slug === "create" ? { state: measureState(readFileSync(stateFile, "utf8")) } : {}),
    };
  }

  async close(): Promise<void> {
    await this.stack.close();
  }
}

/** Runs all verbs on new stacks, each verb with one provider after the other: a machine is not as fast at all times. */
export async function measureInTurn(
  contenders: readonly ProviderContender[],
  count: number,
  latencyMs: number,
): Promise<Sample[]> {
  const runs: PulumiRun[] = [];
  const samples: Sample[] = [];
  try {
    for (const contender of contenders) {
      runs.push(await PulumiRun.start(contender, count, latencyMs));
    }
    for (const verb of verbs) {
      for (const run of runs) {
        samples.push(await run.measure(verb));
      }
    }
  } finally {
    for (const run of runs) {
      await run.close();
    }
  }
  return samples;
}
