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
