import { parseArgs } from "node:util";

import { prepareRuntime } from "../test/helpers/runtime";
import { measureCurl } from "./curl-run";
import { writeDocuments } from "./documents";
import { fullPlan, listRounds, quickPlan } from "./plans";
import { measureInTurn } from "./pulumi-run";
import { renderReport } from "./report";
import { describeMachine, type Results } from "./results";
import type { Sample } from "./sample";
import { measureStarts } from "./start-run";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
  const plan = values.quick ? quickPlan : fullPlan;
  const machine = describeMachine(await prepareRuntime());
  const starts = await measureStarts(values.quick ? 1 : 5);
  const samples: Sample[] = [];
  const results: Results = { machine, starts, samples };
  for (const count of listRounds(plan)) {
    for (const latencyMs of plan.latenciesMs) {
      const measured = [
        ...(await measureInTurn(["null", "fluents", "naive"], count, latencyMs)),
        ...(await measureCurl(count, latencyMs)),
      ];
      samples.push(...measured);
      const seconds = measured.reduce((sum, sample) => sum + sample.seconds, 0);
      process.stderr.write(`${count} at ${latencyMs} ms: ${Math.round(seconds)} s\n`);
      // After each, so that a run that is stopped is of use.
      if (!values.quick) {
        await writeDocuments(results);
      }
    }
  }
  if (values.quick) {
    process.stdout.write(renderReport(results));
  }
}

void main();
