import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";

import { prepareEngine } from "../../tools/engine/prepare-engine";
import { startEmulator, type Emulator, type EmulatorOptions } from "../emulator/emulator";
import type { JournalEntry } from "../emulator/journal";
import { packPackage, sdkVersion } from "./package";
import { readCommands, type ReadmeCommand } from "./readme";
import { Shell, type ShellResult } from "./shell";
import { makeTempFolder } from "./temp-folder";

/** A command that ran, and the requests that reached the API meanwhile. */
export interface ExampleResult extends ShellResult {
  readonly requests: readonly Readonly<JournalEntry>[];
}

/** What a test knows of one command of a README. */
export interface Step {
  /** What a reader types when the command asks. Kept as a secret if the command has `--secret`. */
  readonly input?: string;
  /** Exit code. Default 0. */
  readonly code?: number;
  /** What the output must have. */
  readonly output?: readonly (string | RegExp)[];
  /** Runs after the command. */
  readonly check?: (result: ExampleResult) => unknown;
}

/** How to try an example. */
export interface ExampleOptions {
  /** Environment of every command, over what every example gets. */
  readonly env?: NodeJS.ProcessEnv;
  /** How the emulator behaves. */
  readonly emulator?: EmulatorOptions;
  /** What must not be found in clear, beside what is typed into commands with `--secret`. */
  readonly secrets?: readonly string[];
}

const examples = join(__dirname, "..", "..", "examples");
const passphrase = "canary: passphrase of an example";

/** A copy of an example outside the repository, with a service, a backend and a home of its own. */
export class Example {
  readonly #shell: Shell;
  readonly #secrets: Set<string>;
  #outputs = "";

  private constructor(
    /** Root of everything that the commands write. */
    private readonly root: string,
    /** Folder of the example, beside copies of the others. */
    readonly folder: string,
    readonly emulator: Emulator,
    env: NodeJS.ProcessEnv,
    secrets: readonly string[],
  ) {
    this.#shell = new Shell(folder, env);
    this.#secrets = new Set([passphrase, ...secrets]);
  }

  /** Copies the examples and starts what `examples/NAME` needs. Close it in the end. */
  static async create(name: string, options: ExampleOptions = {}): Promise<Example> {
    const [engine, tarball] = await Promise.all([prepareEngine(), packPackage()]);
    const root = makeTempFolder();
    copyExamples(join(root, "examples"), tarball);
    for (const part of ["home", "backend"]) {
      mkdirSync(join(root, part));
    }
    const emulator = await startEmulator(options.emulator);
    const inherited = Object.entries(process.env).filter(([key]) => !/^(PULUMI|FLUENTS)_/i.test(key));
    const env = {
      ...Object.fromEntries(inherited),
      ...engine.env,
      // `~` is the test's own, but npm keeps the cache and the settings of whoever runs it.
      HOME: join(root, "home"),
      npm_config_cache: process.env["npm_config_cache"] ?? join(homedir(), ".npm"),
      npm_config_userconfig: process.env["npm_config_userconfig"] ?? join(homedir(), ".npmrc"),
      npm_config_prefer_offline: "true",
      npm_config_audit: "false",
      npm_config_fund: "false",
      PULUMI_HOME: join(root, "pulumi-home"),
      PULUMI_BACKEND_URL: `file://${join(root, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: passphrase,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // The "yes" that a reader chooses after the preview.
      PULUMI_SKIP_CONFIRMATIONS: "true",
      // No README can reach the real service by leaving out the address.
      FLUENTS_API_URL: emulator.url,
      NO_COLOR: "1",
      ...options.env,
    };
    return new Example(root, join(root, "examples", name), emulator, env, options.secrets ?? []);
  }

  /** Home folder of the commands, `~`. */
  get home(): string {
    return join(this.root, "home");
  }

  /**
   * Runs every command of the README, in order and in one shell, and looks for secrets in the end.
   *
   * @param steps what is known of commands, by name: one step for each time that the command is there, or one for all
   * @throws if a command ends or prints otherwise than the README and `steps` say, or if `steps` has a command that the
   * README does not have
   */
  async followReadme(steps: Readonly<Record<string, Step | readonly Step[]>> = {}): Promise<void> {
    const commands = readCommands(readFileSync(join(this.folder, "README.md"), "utf8"));
    assert.ok(commands.length > 0, "the README has no command");
    for (const [name, step] of Object.entries(steps)) {
      const count = commands.filter((command) => command.name === name).length;
      assert.ok(count > 0, `the README has no command \`${name}\``);
      assert.ok(!isList(step) || step.length === count, `the README has \`${name}\` ${count} times`);
    }
    const counts = new Map<string, number>();
    for (const command of commands) {
      const count = counts.get(command.name) ?? 0;
      counts.set(command.name, count + 1);
      const known = steps[command.name];
      await this.#follow(command, (isList(known) ? known[count] : known) ?? {});
    }
    this.assertNoSecrets();
  }

  /** Runs a command that is not in the README, in the same shell: to look at what the others did. */
  async run(command: string, input?: string): Promise<ExampleResult> {
    const before = this.emulator.journal.length;
    const result = await this.#shell.run(command, input);
    this.#outputs += result.output;
    return { ...result, requests: this.emulator.journal.slice(before) };
  }

  /** Looks for secrets in all outputs, and in the files of the example, the backend and Pulumi's home. */
  assertNoSecrets(): void {
    const files = ["pulumi-home", "backend", "examples"].flatMap((part) => listFiles(join(this.root, part)));
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

  async #follow({ text, name, line, shown }: ReadmeCommand, step: Step): Promise<void> {
    if (step.input !== undefined && text.includes("--secret")) {
      this.addSecret(step.input);
    }
    const result = await this.run(text, step.input);
    const { code = 0, output = [] } = step;
    const patterns = [...output, ...shown.map(toPattern)];
    try {
      assert.ok(result.code === code, `it should end with exit code ${code}, not ${result.code}`);
      for (const pattern of patterns) {
        const isThere =
          typeof pattern === "string" ? result.output.includes(pattern) : pattern.test(result.output);
        assert.ok(isThere, `it should print ${String(pattern)}`);
      }
      await step.check?.(result);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`README.md:${line}: \`${name}\`: ${reason}\nIt printed:\n${result.output}`, {
        cause: error,
      });
    }
  }
}

/**
 * Copies the examples, which may refer to each other, as a reader of the published package gets them: `npm install` really
 * runs. Only the package, which is not published before it is tested, comes from the tarball that would be, and the SDK is
 * the release that the other tests use, so that a new one does not fail them.
 */
function copyExamples(folder: string, tarball: string): void {
  cpSync(examples, folder, {
    recursive: true,
    filter: (path) => !path.slice(examples.length).includes("node_modules"),
  });
  for (const file of listFiles(folder).filter((path) => basename(path) === "package.json")) {
    const description = JSON.parse(readFileSync(file, "utf8")) as { dependencies?: Record<string, string> };
    const versions = { "pulumi-fluents": `file:${tarball}`, "@pulumi/pulumi": sdkVersion };
    for (const [name, version] of Object.entries(versions)) {
      if (description.dependencies?.[name] !== undefined) {
        description.dependencies[name] = version;
      }
    }
    writeFileSync(file, JSON.stringify(description, undefined, 2));
  }
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
