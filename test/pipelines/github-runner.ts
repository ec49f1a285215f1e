import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { makeTempFolder } from "../helpers/temp-folder";
import type { Forge, Grant } from "./forge";
import { platformSecrets, platformToken, type Executed, type UserRepository } from "./user-repository";

/** A step as the workflow file has it. */
export interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A job as the workflow file has it. */
export interface Job {
  readonly if?: string;
  readonly environment?: string;
  readonly "timeout-minutes"?: number;
  readonly permissions: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** A workflow file. */
export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: Readonly<Record<string, unknown>>;
  readonly defaults: { readonly run: { readonly shell: string } };
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(__dirname, "..", "..", "examples", "pipelines", "github");

/** Reads `examples/pipelines/github/NAME.yml`. */
export function readWorkflow(name: string): Workflow {
  return parse(readFileSync(join(folder, `${name}.yml`), "utf8")) as Workflow;
}

/** What GitHub knows of a run. */
export interface Run {
  readonly event: string;
  readonly commit: string;
  readonly payload?: unknown;
}

/** A payload of `pull_request` number 7. */
export function pullRequestOf(commit: string, from = "acme/voice"): unknown {
  return { pull_request: { number: 7, head: { sha: commit, repo: { full_name: from } } } };
}

/** Runs the one job of a workflow step by step. Gives the steps that have a `run:` and were executed. */
export async function runWorkflow(
  name: string,
  run: Run,
  repository: UserRepository,
  forge: Forge,
): Promise<Executed[]> {
  const [job] = Object.values(readWorkflow(name).jobs) as [Job];
  const temp = makeTempFolder();
  const steps: Record<string, unknown> = {};
  const context = {
    github: {
      token: platformToken,
      repository: "acme/voice",
      server_url: "https://github.com",
      run_id: "99",
      event_name: run.event,
      event: run.payload ?? {},
    },
    secrets: platformSecrets,
    vars: { PULUMI_BACKEND_URL: repository.stack.env.PULUMI_BACKEND_URL },
    steps,
  };
  let isFailed = false;
  const evaluate = (text: string) => evaluateExpression(text, context, () => isFailed);
  const evaluateAll = async (env: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(env).map(async ([key, text]) => [key, await fillTemplate(text, evaluate)]),
      ),
    ) as Record<string, string>;

  if (job.if !== undefined && (await evaluate(job.if)) !== "true") {
    return [];
  }
  forge.grants = (["pull-requests", "issues"] satisfies Grant[]).filter(
    (grant) => job.permissions[grant] === "write",
  );
  const jobEnv = await evaluateAll(job.env);
  let cwd: string | undefined;
  const executed: Executed[] = [];
  for (const [index, step] of job.steps.entries()) {
    if ((await evaluate(step.if ?? "success()")) !== "true") {
      steps[step.id ?? ""] = { outcome: "skipped" };
      continue;
    }
    if (step.uses?.startsWith("actions/checkout@") === true) {
      cwd = await repository.checkOut(run.commit);
    } else if (step.run !== undefined && cwd !== undefined) {
      const outputFile = join(temp, `output-${index}`);
      writeFileSync(outputFile, "");
      const env = {
        ...jobEnv,
        ...(await evaluateAll(step.env)),
        GITHUB_API_URL: forge.url("github"),
        GITHUB_OUTPUT: outputFile,
        RUNNER_TEMP: temp,
      };
      const result = await repository.execute(`${name}: ${step.name ?? step.run}`, step.run, { cwd, env });
      executed.push(result);
      isFailed ||= result.code !== 0;
      steps[step.id ?? ""] = {
        outcome: result.code === 0 ? "success" : "failure",
        outputs: parseOutputs(readFileSync(outputFile, "utf8")),
      };
    } else {
      throw new Error(`the step ${step.name ?? step.uses ?? index} cannot be run here`);
    }
  }
  return executed;
}

function parseOutputs(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

async function fillTemplate(text: string, evaluate: (text: string) => Promise<string>): Promise<string> {
  let filled = "";
  let end = 0;
  for (const match of text.matchAll(/\$\{\{(.*?)\}\}/g)) {
    filled += text.slice(end, match.index) + (await evaluate(match[1] ?? ""));
    end = match.index + match[0].length;
  }
  return filled + text.slice(end);
}

/** By GitHub's own evaluator. */
async function evaluateExpression(
  text: string,
  context: Readonly<Record<string, unknown>>,
  isFailed: () => boolean,
): Promise<string> {
  const { data, Evaluator, Lexer, Parser } = await import("@actions/expressions");
  const define = (functionName: string, call: () => boolean) => ({
    name: functionName,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(call()),
  });
  const functions = [define("success", () => !isFailed()), define("failure", isFailed)];
  const tree = new Parser(new Lexer(text).lex().tokens, Object.keys(context), functions).parse();
  const values = JSON.parse(JSON.stringify(context), data.reviver) as InstanceType<typeof data.Dictionary>;
  return new Evaluator(tree, values, new Map(functions.map((entry) => [entry.name, entry])))
    .evaluate()
    .coerceString();
}
