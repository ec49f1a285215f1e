import { parseArgs } from "node:util";

import type { EmulatorOptions } from "./emulator";
import { faultSyntaxHelp, parseFaultRule } from "./fault-syntax";

/** What the command line asks for. */
export interface CommandLine {
  help: boolean;
  /** Whether to leave out the line for each request. */
  quiet: boolean;
  options: EmulatorOptions;
}

/** The text of `--help`. */
export const helpText = `A local Fluents API to try a stack without the service.

Usage: npm run emulator -- [options]

  --port NUMBER         port on 127.0.0.1; a free one if left out
  --credentials HOW     how answers show credentials: clear (default), masked or missing
  --objects HOW         what an update does with the credentials and config it is given:
                        replace (default) the old ones, or merge with them
  --latency-ms NUMBER   wait before each request is carried out; default 0
  --state-file FILE     keep the connections, credentials in clear, in this file; default: memory only
  --api-key KEY         accept only this key; repeatable. Default: every key opens an environment of its own
  --fault FAULT         let requests fail; repeatable, the first that matches and is not used up is taken
  --quiet               no line for each request
  --help                this text

${faultSyntaxHelp}
`;

/**
 * Reads the arguments of main.ts.
 *
 * @throws if one of them is unknown or makes no sense.
 */
export function parseCommandLine(args: string[]): CommandLine {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string" },
      credentials: { type: "string" },
      objects: { type: "string" },
      "latency-ms": { type: "string" },
      "state-file": { type: "string" },
      "api-key": { type: "string", multiple: true },
      fault: { type: "string", multiple: true, default: [] },
      quiet: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  return {
    help: values.help,
    quiet: values.quiet,
    options: {
      port: parseInteger("port", values.port ?? "0", 65_535),
      credentials: parseChoice("credentials", values.credentials ?? "clear", ["clear", "masked", "missing"]),
      objects: parseChoice("objects", values.objects ?? "replace", ["replace", "merge"]),
      latencyMs: parseInteger("latency-ms", values["latency-ms"] ?? "0", 3_600_000),
      faults: values.fault.map((text) => parseFaultRule(text)),
      ...(values["state-file"] !== undefined && { stateFile: parseStateFile(values["state-file"]) }),
      ...(values["api-key"] !== undefined && { apiKeys: values["api-key"].map(parseApiKey) }),
    },
  };
}

function parseInteger(name: string, text: string, maximum: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > maximum) {
    throw new Error(`--${name} takes a whole number from 0 to ${maximum}, not ${JSON.stringify(text)}.`);
  }
  return number;
}

function parseChoice<T extends string>(name: string, text: string, choices: T[]): T {
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) {
    throw new Error(`--${name} takes ${choices.join(" or ")}, not ${JSON.stringify(text)}.`);
  }
  return choice;
}

function parseStateFile(text: string): string {
  if (text === "") {
    throw new Error("--state-file takes the name of a file.");
  }
  return text;
}

function parseApiKey(text: string): string {
  if (!/^\S+$/.test(text)) {
    throw new Error("--api-key takes a key without spaces.");
  }
  return text;
}
