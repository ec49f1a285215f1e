import assert from "node:assert/strict";

import type { Finding, Level } from "../../provider/cli/doctor/finding";
import { runCli, type CliResult } from "./cli";
import { runCommand, type CommandOptions } from "./run-command";
import { programOfMany, testApiKey, TestStack, type StackOptions } from "./stack";

/** An answer of `pulumi-fluents doctor --json`, and what the command left behind. */
export interface DoctorResult extends CliResult {
  readonly findings: readonly Finding[];
}

/** Arguments of a connection, as JavaScript. */
export function argsOf(label: string): string {
  return `{ type: "account_connection_rime", label: "${label}", credentials: { rime_api_key: "key-${label}" } }`;
}

/** Makes a stack whose key and address are in its configuration alone. Its program has the connection `a`. */
export async function startProject(options: Partial<StackOptions> = {}): Promise<TestStack> {
  const stack = await TestStack.create({ program: programOfMany({ a: argsOf("a") }), ...options });
  await stack.setConfigs({ "fluents:apiKey": testApiKey }, { "fluents:baseUrl": stack.emulator.url });
  delete stack.env.FLUENTS_API_KEY;
  delete stack.env.FLUENTS_API_URL;
  return stack;
}

/** Id of the connection with a label. @throws if there is none */
export function idOf(stack: TestStack, label: string): string {
  const id = stack.service.list().find((connection) => connection.label === label)?.id;
  assert.ok(id !== undefined);
  return id;
}

/** Runs `pulumi-fluents doctor --json`. @throws if its exit code and its findings do not agree */
export async function runDoctor(
  stack: TestStack,
  options: Partial<CommandOptions> = {},
  args: string[] = [],
): Promise<DoctorResult> {
  const result = await runCli(stack, ["doctor", "--json", ...args], { expectCode: "any", ...options });
  const { ok, findings } = JSON.parse(result.stdout) as { ok: boolean; findings: Finding[] };
  assert.equal(ok, !findings.some(({ level }) => level === "problem"), result.stdout);
  assert.equal(result.code, ok ? 0 : 1, result.output);
  return { ...result, findings };
}

/** The titles of the findings of a level. */
export function titlesOf({ findings }: DoctorResult, level: Level): string[] {
  return findings.filter((finding) => finding.level === level).map(({ title }) => title);
}

/** The only problem there is. */
export function theProblem({ findings }: DoctorResult): Finding {
  const problems = findings.filter(({ level }) => level === "problem");
  assert.equal(problems.length, 1, JSON.stringify(problems, undefined, 2));
  return problems[0] as Finding;
}

/** The commands in a mend, as they stand between its back-ticks. */
export function commandsOf({ mend = "" }: Finding): string[] {
  return Array.from(mend.matchAll(/`([^`]+)`/g), ([, command = ""]) => command);
}

/** Runs a command of a mend in a shell, as a user would. What it asks for is given as `input`. */
export async function runMend(
  stack: TestStack,
  command: string,
  input = "",
  cwd = stack.folder,
): Promise<void> {
  await runCommand("bash", ["--norc", "-c", command], { cwd, env: stack.env, input });
}
