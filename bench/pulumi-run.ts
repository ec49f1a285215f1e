import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { TestStack } from "../test/helpers/stack";
import { ProviderMemory } from "./provider-memory";
import type { Contender, Sample } from "./sample";
import { measureState } from "./state-size";
import { verbs } from "./verbs";

const programs = join(__dirname, "programs");

/** Runs all verbs on a new stack with one of the dynamic providers. */
export async function measurePulumi(
  contender: Exclude<Contender, "curl">,
  count: number,
  latencyMs: number,
): Promise<Sample[]> {
  const env: NodeJS.ProcessEnv = { BENCH_COUNT: String(count) };
  const stack = await TestStack.create({
    program: readFileSync(join(programs, `${contender}.js`), "utf8"),
    env,
    emulator: { latencyMs },
  });
  copyFileSync(join(programs, "connections.js"), join(stack.folder, "connections.js"));
  const stateFile = join(stack.folder, "backend", ".pulumi", "stacks", "test-project", "dev.json");
  const samples: Sample[] = [];
  try {
    for (const verb of verbs) {
      stack.env.BENCH_ROTATION = verb.rotation;
      const memory = new ProviderMemory(stack.folder);
      const startedAt = performance.now();
      const { requests } = await stack.pulumi([...verb.args]);
      const seconds = (performance.now() - startedAt) / 1000;
      samples.push({
        contender,
        count,
        latencyMs,
        verb: verb.slug,
        seconds,
        requests: requests.length,
        providerBytes: memory.stop(),
        ...(verb.slug === "create" ? { state: measureState(readFileSync(stateFile, "utf8")) } : {}),
      });
    }
  } finally {
    await stack.close();
  }
  return samples;
}
