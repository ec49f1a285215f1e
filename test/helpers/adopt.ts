import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { AccountConnectionType } from "../../provider/account-connection-type";
import type { EmulatorOptions } from "../emulator/emulator";
import { runCli, type CliResult } from "./cli";
import { installTypeScriptConsumer } from "./package";
import { runCommand, type CommandOptions } from "./run-command";
import { TestStack } from "./stack";

/** A connection that somebody has made by hand. */
export const twilio = {
  type: AccountConnectionType.Twilio,
  label: "Twilio, production",
  credentials: { twilio_account_sid: "AC0001", twilio_auth_token: "auth-token-0001" },
};

/** Another one. */
export const openai = {
  type: AccountConnectionType.OpenAI,
  label: "OpenAI",
  credentials: { openai_api_key: "openai-key-0001" },
};

/** Makes a project whose program in TypeScript is still empty. */
export function startEmptyProject(
  emulator: EmulatorOptions = {},
  env: NodeJS.ProcessEnv = {},
): Promise<TestStack> {
  return TestStack.create({ program: "", programFile: "index.ts", emulator, env });
}

/** Runs `pulumi-fluents adopt ARGS`. */
export function adopt(
  stack: TestStack,
  args: string[] = [],
  options: Partial<CommandOptions> = {},
): Promise<CliResult> {
  return runCli(stack, ["adopt", ...args], options);
}

/** The program of the project. */
export function readProgram({ folder }: TestStack): string {
  return readFileSync(join(folder, "index.ts"), "utf8");
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

/** Type-checks `index.ts`, more strictly than anyone's project. The commands after it do not check it again. */
export async function typeCheck({ folder, env }: TestStack): Promise<void> {
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
  const compiler = join(await installTypeScriptConsumer(), "node_modules", ".bin", "tsc");
  await runCommand(compiler, ["--project", project], { cwd: folder, env: process.env });
  env.PULUMI_NODEJS_TRANSPILE_ONLY = "true";
}
