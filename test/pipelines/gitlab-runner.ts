import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { makeTempFolder } from "../helpers/temp-folder";
import type { Forge } from "./forge";
import { platformSecrets, platformToken, type Executed, type UserRepository } from "./user-repository";

interface Rule {
  readonly if: string;
  readonly when?: "always" | "manual" | "never";
}

/** A job as the pipeline file has it. */
export interface GitLabJob {
  readonly stage: string;
  readonly rules: readonly Rule[];
  readonly environment: { readonly name: string; readonly action?: string };
  readonly resource_group?: string;
  readonly needs?: readonly string[];
  readonly script: readonly string[];
  readonly artifacts?: { readonly when?: "always"; readonly paths: readonly string[] };
}

/** The pipeline file. */
export interface GitLabFile {
  readonly workflow: { readonly rules: readonly Rule[] };
  readonly variables: Readonly<Record<string, string | { readonly value: string }>>;
  readonly stages: readonly string[];
  readonly jobs: Readonly<Record<string, GitLabJob>>;
}

/** Folder of the files that a user takes. */
export const gitLabFolder = join(__dirname, "..", "..", "examples", "pipelines", "gitlab");

/** Reads `examples/pipelines/gitlab/.gitlab-ci.yml`. */
export function readGitLabFile(): GitLabFile {
  const { workflow, variables, stages, ...others } = parse(
    readFileSync(join(gitLabFolder, ".gitlab-ci.yml"), "utf8"),
  ) as Omit<GitLabFile, "jobs"> & Record<string, unknown>;
  delete others.default;
  return { workflow, variables, stages, jobs: others as Record<string, GitLabJob> };
}

type Variables = Readonly<Record<string, string>>;

/** Project variables by the environment that they are for. */
function variablesOf(environment: string, repository: UserRepository): Variables {
  const pulumi = { ...platformSecrets, PULUMI_BACKEND_URL: repository.stack.env.PULUMI_BACKEND_URL ?? "" };
  const scopes: Readonly<Record<string, Variables>> = {
    preview: pulumi,
    production: pulumi,
    report: { GITLAB_TOKEN: platformToken },
  };
  return scopes[environment] ?? {};
}

/**
 * Runs a pipeline: the jobs that the rules choose, stage by stage, each in a checkout of its own with the artifacts of
 * what it needs.
 *
 * @param play the manual jobs that somebody starts
 */
export async function runPipeline(
  commit: string,
  variables: Variables,
  repository: UserRepository,
  forge: Forge,
  play: readonly string[] = [],
): Promise<Executed[]> {
  const file = readGitLabFile();
  const common: Variables = {
    ...Object.fromEntries(
      Object.entries(file.variables).map(([name, value]) => [
        name,
        typeof value === "string" ? value : value.value,
      ]),
    ),
    CI_DEFAULT_BRANCH: "main",
    CI_PROJECT_ID: "42",
    CI_API_V4_URL: forge.url("gitlab"),
    CI_JOB_URL: "https://gitlab.com/acme/voice/-/jobs/99",
    ...variables,
  };
  if (chooseRule(file.workflow.rules, common) === undefined) {
    return [];
  }
  forge.grants = ["pull-requests", "issues"];
  const artifacts = makeTempFolder();
  const executed: Executed[] = [];
  let isFailed = false;
  for (const stage of file.stages) {
    for (const [name, job] of Object.entries(file.jobs).filter(([, { stage: of }]) => of === stage)) {
      const rule = chooseRule(job.rules, common);
      const isChosen =
        rule !== undefined && rule.when !== "never" && (rule.when !== "manual" || play.includes(name));
      if (!isChosen || (isFailed && rule.when !== "always")) {
        continue;
      }
      const cwd = await repository.checkOut(commit);
      // A job that failed may have left none: its own output says why.
      for (const kept of (job.needs ?? []).map((needed) => join(artifacts, needed)).filter(existsSync)) {
        cpSync(kept, cwd, { recursive: true });
      }
      const env = { ...common, ...variablesOf(job.environment.name, repository) };
      const result = await repository.execute(name, job.script.join("\n"), { cwd, env });
      executed.push(result);
      isFailed ||= result.code !== 0;
      if (result.code === 0 || job.artifacts?.when === "always") {
        for (const path of (job.artifacts?.paths ?? []).filter((kept) => existsSync(join(cwd, kept)))) {
          cpSync(join(cwd, path), join(artifacts, name, path));
        }
      }
    }
  }
  return executed;
}

function chooseRule(rules: readonly Rule[], variables: Variables): Rule | undefined {
  return rules.find((rule) => rule.if.split("&&").every((part) => isTrue(part.trim(), variables)));
}

/** `$NAME == "text"` or `$NAME == $NAME`, which is all that the rules use. */
function isTrue(comparison: string, variables: Variables): boolean {
  const match = /^\$(\w+) == (?:"(.*)"|\$(\w+))$/.exec(comparison);
  if (match === null) {
    throw new Error(`the rule ${comparison} cannot be decided here`);
  }
  const [, left = "", text, right = ""] = match;
  return variables[left] === (text ?? variables[right]);
}
