import { statSync } from "node:fs";
import { resolve } from "node:path";

import { InvalidArgumentError, type Command } from "commander";

/** Which project and stack a command works on, and how it answers. */
export interface ProjectOptions {
  /** Folder inside the Pulumi project, absolute. */
  readonly cwd: string;
  /** Name of the stack; absent for the one that is selected. */
  readonly stack?: string | undefined;
  /** Answers as JSON. */
  readonly json?: boolean | undefined;
}

/** Adds the options that every command has. */
export function addProjectOptions(command: Command): Command {
  return command
    .option("-C, --cwd <folder>", "folder inside the Pulumi project", resolveFolder, process.cwd())
    .option("-s, --stack <name>", "name of the stack (default: the one that is selected)")
    .option("--json", "answer as JSON on standard output");
}

function resolveFolder(path: string): string {
  const folder = resolve(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new InvalidArgumentError("There is no such folder.");
  }
  return folder;
}
