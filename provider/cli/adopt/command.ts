import { resolve } from "node:path";

import { Command } from "commander";

import { assertNodeVersion } from "../../node-version";
import { addProjectOptions, type ProjectOptions } from "../project-options";
import { adopt } from "./adopt";
import { parseType } from "./filters";

const help = `
The API key is that of the stack's configuration (fluents:apiKey), else FLUENTS_API_KEY; so is the address.
Connections that the stack manages already are left out. Credentials become config.requireSecret(...): their
values are never printed or written to the file. Those that Fluents masks are yours to set.

Exit codes: 0 done, also if there is nothing to adopt; 1 failed; 2 wrong usage.

Examples:
  $ pulumi-fluents adopt --out index.ts --set-config
  $ pulumi-fluents adopt --type twilio --type openai --label production --out connections.ts`;

/** `pulumi-fluents adopt`. */
export function createAdoptCommand(): Command {
  return addProjectOptions(new Command("adopt"))
    .description("Writes a TypeScript program that adopts the account's connections.")
    .option("-o, --out <file>", "file for the program (default: standard output)", (path) => resolve(path))
    .option("-f, --force", "overwrite the file, and other values in the stack's configuration")
    .option("--set-config", "set the config values that Fluents shows, as secrets of the stack")
    .option("--type <type>", "only this type, e.g. twilio; can be repeated", collectTypes)
    .option("--label <text>", "only labels that hold this text, whatever its case; can be repeated", collect)
    .addHelpText("after", help)
    .action(async ({ type, label, force, setConfig, ...options }: CommandOptions) => {
      assertNodeVersion();
      await adopt({
        ...options,
        types: type ?? [],
        labels: label ?? [],
        force: force ?? false,
        setConfig: setConfig ?? false,
      });
    });
}

/** As commander names them; absent if they are not given. */
interface CommandOptions extends ProjectOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly setConfig?: boolean;
  readonly type?: readonly string[];
  readonly label?: readonly string[];
}

function collect(text: string, texts: readonly string[] = []): readonly string[] {
  return [...texts, text];
}

function collectTypes(text: string, types?: readonly string[]): readonly string[] {
  return collect(parseType(text), types);
}
