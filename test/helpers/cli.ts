import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { JournalEntry } from "../emulator/journal";
import { installConsumer } from "./package";
import { runCommand, type CommandOptions, type CommandResult } from "./run-command";
import type { TestStack } from "./stack";

/** A command of the package and the requests that reached the API meanwhile. */
export interface CliResult extends CommandResult {
  readonly requests: readonly Readonly<JournalEntry>[];
}

/** Runs `pulumi-fluents ARGS` as npm has installed it, in the project's folder. */
export async function runCli(
  stack: TestStack,
  args: string[],
  options: Partial<CommandOptions> = {},
): Promise<CliResult> {
  const command = join(await installConsumer(), "node_modules", ".bin", "pulumi-fluents");
  const before = stack.emulator.journal.length;
  const result = await runCommand(command, args, { cwd: stack.folder, env: stack.env, ...options });
  return { ...result, requests: stack.emulator.journal.slice(before) };
}

/** What `pulumi-fluents adopt --json` answers. */
export interface AdoptAnswer {
  readonly stack: string | null;
  readonly file: string | null;
  readonly program?: string | null;
  readonly connections: readonly {
    readonly id: string;
    readonly type: string;
    readonly name: string;
    readonly variable: string;
    readonly config: readonly { readonly key: string; readonly status: string }[];
    readonly notManaged: readonly { readonly path: string; readonly reason: string }[];
  }[];
  readonly skipped: readonly unknown[];
  readonly managedCount: number;
  readonly filteredCount: number;
}

/** Runs `pulumi-fluents adopt --json ARGS`. */
export async function adoptAsJson(stack: TestStack, args: string[] = []): Promise<AdoptAnswer> {
  return JSON.parse((await runCli(stack, ["adopt", "--json", ...args])).stdout) as AdoptAnswer;
}

/** Type-checks `index.ts` of a folder below the consumer's, more strictly than anyone's project. */
export async function typeCheck(folder: string): Promise<void> {
  const compilerOptions = {
    target: "es2022",
    module: "node16",
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noImplicitOverride: true,
    noPropertyAccessFromIndexSignature: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    isolatedModules: true,
    skipLibCheck: true,
    noEmit: true,
  };
  const project = join(folder, "tsconfig.check.json");
  writeFileSync(project, JSON.stringify({ compilerOptions, files: ["index.ts"] }));
  const compiler = join(await installConsumer(), "node_modules", ".bin", "tsc");
  await runCommand(compiler, ["--project", project], { cwd: folder, env: process.env });
}
