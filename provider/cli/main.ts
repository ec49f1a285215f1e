#!/usr/bin/env node
import { Command, CommanderError } from "commander";

import { packageVersion } from "../version";
import { createAdoptCommand } from "./adopt/command";
import { createDoctorCommand } from "./doctor/command";
import { reportError } from "./report-error";

/** Exit code where the arguments make no sense. */
const usageExitCode = 2;

async function main(): Promise<void> {
  const program = new Command("pulumi-fluents")
    .description("Helps with Fluents account connections in Pulumi projects.")
    .version(packageVersion)
    .showHelpAfterError("Run it with --help to see what it takes.");
  for (const command of [createAdoptCommand(), createDoctorCommand()]) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  for (const command of [program, ...program.commands]) {
    command.exitOverride();
  }
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode =
      error instanceof CommanderError ? (error.exitCode === 0 ? 0 : usageExitCode) : reportError(error);
  }
}

void main();
