import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, join } from "node:path";

import { startEmulator, type Emulator, type EmulatorOptions } from "../emulator/emulator";
import type { JournalEntry } from "../emulator/journal";
import { readCommands, type DocumentCommand, type DocumentKind } from "./document-commands";
import { packPackage, quickNpm, sdkVersion } from "./package";
import { prepareRuntime } from "./runtime";
import { Shell, type ShellResult } from "./shell";
import { makeTempFolder } from "./temp-folder";

/** A command that ran, and the requests that reached the API meanwhile. */
export interface ReaderResult extends ShellResult {
  readonly requests: readonly Readonly<JournalEntry>[];
}

/** What a test knows of one command of a document. */
export interface Step {
  /** What a reader types when the command asks. Kept as a secret if the command has `--secret`. */
  readonly input?: string;
  /** Exit code; `failure` for any but 0, where it is up to Pulumi's release. Default 0. */
  readonly code?: number | "failure";
  /** What the output must have. */
  readonly output?: readonly (string | RegExp)[];
  /** Runs after the command. */
  readonly check?: (result: ReaderResult) => unknown;
}

/** How to follow a document. */
export interface ReaderOptions {
  /** Environment of every command, over what every reader has. */
  readonly env?: NodeJS.ProcessEnv;
  /** How the emulator behaves. */
  readonly emulator?: EmulatorOptions;
  /** What must not be found in clear, beside what is typed into commands with `--secret`. */
  readonly secrets?: readonly string[];
}

/** Commands that are not run, by name, and why. */
type Omissions = Readonly<Record<string, string>>;

const passphrase = "canary: passphrase of a reader";

/** What a reader has before the first command. */
interface Surroundings {
  /** Root of everything that the commands write. */
  readonly root: string;
  readonly emulator: Emulator;
  readonly env: NodeJS.ProcessEnv;
}

/** Follows documents as a user does, outside the repository, with a service, a backend and a home of their own. */
export class Reader {
  readonly #shell: Shell;
  readonly #secrets: Set<string>;
  readonly #root: string;
  readonly emulator: Emulator;
  #outputs = "";

  protected constructor(
    { root, emulator, env }: Surroundings,
    /** Folder in which the first command runs. */
    readonly folder: string,
    secrets: readonly string[] = [],
  ) {
    this.#root = root;
    this.emulator = emulator;
    this.#shell = new Shell(folder, env);
    this.#secrets = new Set([passphrase, ...secrets]);
  }

  /** Begins in an empty folder, where `npm install` finds the package under test. Close it in the end. */
  static async begin(options: ReaderOptions = {}): Promise<Reader> {
    const surroundings = await prepareSurroundings(options);
    const { root, env } = surroundings;
    const bin = join(root, "bin");
    const folder = join(root, "work");
    mkdirSync(folder);
    mkdirSync(bin);
    writeFileSync(join(bin, "npm"), npmScript, { mode: 0o755 });
    const path = env["PATH"] ?? "";
    return new Reader(
      {
        ...surroundings,
        env: {
          ...env,
          PATH: [bin, path].join(delimiter),
          READER_PATH: path,
          READER_PACKAGE: await packPackage(),
          READER_SDK: `@pulumi/pulumi@${sdkVersion}`,
        },
      },
      folder,
      options.secrets,
    );
  }

  /** Home folder of the commands, `~`. */
  get home(): string {
    return join(this.#root, "home");
  }

  /**
   * Runs every command of a document, in order and in one shell, writes the files that it tells to write, and looks for
   * secrets in the end.
   *
   * @param file path of the document
   * @param steps what is known of commands, by name: one step for each time that the command is there, or one for all
   * @throws if a command ends or prints otherwise than the document and `steps` say, or if `steps` or `omissions` have a
   * command that the document does not have
   */
  async follow(
    file: string,
    kind: DocumentKind,
    steps: Readonly<Record<string, Step | readonly Step[]>> = {},
    omissions: Omissions = {},
  ): Promise<void> {
    const title = basename(file);
    const commands = readCommands(readFileSync(file, "utf8"), kind);
    assert.ok(commands.length > 0, `${title} has no command`);
    for (const name of [...Object.keys(steps), ...Object.keys(omissions)]) {
      const step = steps[name] ?? {};
      const count = commands.filter((command) => command.name === name).length;
      assert.ok(count > 0, `${title} has no command \`${name}\``);
      assert.ok(!isList(step) || step.length === count, `${title} has \`${name}\` ${count} times`);
    }
    const counts = new Map<string, number>();
    for (const command of commands.filter(({ name }) => !Object.hasOwn(omissions, name))) {
      const count = counts.get(command.name) ?? 0;
      counts.set(command.name, count + 1);
      const known = steps[command.name];
      await this.#followCommand(title, command, (isList(known) ? known[count] : known) ?? {});
    }
    this.assertNoSecrets();
  }

  /** Runs a command that is in no document, in the same shell: to look at what the others did. */
  async run(command: string, input?: string): Promise<ReaderResult> {
    const before = this.emulator.journal.length;
    const result = await this.#shell.run(command, input);
    this.#outputs += result.output;
    return { ...result, requests: this.emulator.journal.slice(before) };
  }

  /** Looks for secrets in all outputs, and in the files that commands wrote, but for those that a reader keeps at home. */
  assertNoSecrets(): void {
    const parts = readdirSync(this.#root).filter((part) => part !== "home");
    const files = [...parts, "home/.pulumi"].flatMap((part) => listFiles(join(this.#root, part)));
    const texts = new Map(files.map((file) => [file, readFileSync(file, "utf8")]));
    texts.set("the outputs", this.#outputs);
    for (const [where, text] of texts) {
      for (const secret of this.#secrets) {
        assert.ok(!text.includes(secret), `${secret} is in ${where}`);
      }
    }
  }

  /** Adds a secret to look for, e.g. one that a command made. */
  addSecret(secret: string): void {
    this.#secrets.add(secret);
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await this.#shell.close();
    await this.emulator.close();
  }

  async #followCommand(
    title: string,
    { text, name, line, shown, files }: DocumentCommand,
    step: Step,
  ): Promise<void> {
    for (const { path, content, isAdded } of files) {
      await this.run(`cat ${isAdded ? ">>" : ">"} ${path}`, content);
    }
    if (step.input !== undefined && text.includes("--secret")) {
      this.addSecret(step.input);
    }
    const result = await this.run(text, step.input);
    const { code = 0, output = [] } = step;
    const patterns = [...output, ...shown.map(toPattern)];
    try {
      assert.ok(
        code === "failure" ? result.code !== 0 : result.code === code,
        `it should end with exit code ${code}, not ${result.code}`,
      );
      for (const pattern of patterns) {
        const isThere =
          typeof pattern === "string" ? result.output.includes(pattern) : pattern.test(result.output);
        assert.ok(isThere, `it should print ${String(pattern)}`);
      }
      await step.check?.(result);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${title}:${line}: \`${name}\`: ${reason}\nIt printed:\n${result.output}`, {
        cause: error,
      });
    }
  }
}

/** Asks for the package under test where a reader asks for the published one; all else is npm's own. */
const npmScript = `#!/usr/bin/env bash
arguments=()
for argument; do
  case $argument in
    pulumi-fluents) argument=$READER_PACKAGE ;;
    @pulumi/pulumi) argument=$READER_SDK ;;
  esac
  arguments+=("$argument")
done
PATH=$READER_PATH exec npm "\${arguments[@]}"
`;

/** Starts the service, and makes the environment of the commands. */
export async function prepareSurroundings(options: ReaderOptions): Promise<Surroundings> {
  const runtime = await prepareRuntime();
  const root = makeTempFolder();
  for (const part of ["home", "backend"]) {
    mkdirSync(join(root, part));
  }
  const emulator = await startEmulator(options.emulator);
  const inherited = Object.entries(process.env).filter(([key]) => !/^(PULUMI|FLUENTS)_/i.test(key));
  const env = {
    ...Object.fromEntries(inherited),
    ...runtime.env,
    // `~` is the test's own, but npm keeps the cache and the settings of whoever runs it.
    HOME: join(root, "home"),
    npm_config_cache: process.env["npm_config_cache"] ?? join(homedir(), ".npm"),
    npm_config_userconfig: process.env["npm_config_userconfig"] ?? join(homedir(), ".npmrc"),
    ...quickNpm,
    PULUMI_HOME: join(root, "pulumi-home"),
    PULUMI_BACKEND_URL: `file://${join(root, "backend")}`,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The "yes" that a reader chooses after the preview.
    PULUMI_SKIP_CONFIRMATIONS: "true",
    // No document can reach the real service by leaving out the address.
    FLUENTS_API_URL: emulator.url,
    NO_COLOR: "1",
    ...options.env,
  };
  return { root, emulator, env };
}

/** The files below a folder, without installed packages. */
function listFiles(folder: string): string[] {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return entry.name === "node_modules" ? [] : listFiles(path);
    }
    return entry.isFile() ? [path] : [];
  });
}

/** A line of a `text` block: spaces do not count, and `…` stands for anything. */
function toPattern(line: string): RegExp {
  const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+");
  return new RegExp(line.split("…").map(escape).join(".*"));
}

function isList(value: Step | readonly Step[] | undefined): value is readonly Step[] {
  return Array.isArray(value);
}
