import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { startEmulator, type Emulator, type EmulatorOptions, type Environment } from "../emulator/emulator";
import type { StoredConnection } from "../emulator/connection";
import type { JournalEntry } from "../emulator/journal";
import { readResourceName, resourceType } from "../../provider/resource-type";
import { keyServiceAddress, startKeyService, type KeyService } from "./key-service";
import { installConsumer, installTypeScriptConsumer } from "./package";
import { runCommand, type CommandResult } from "./run-command";
import { prepareRuntime } from "./runtime";
import { makeTempFolder } from "./temp-folder";

/** A resource in an exported state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly initErrors?: string[];
  readonly external?: boolean;
  readonly stackTrace?: readonly { readonly sourcePosition?: string }[];
}

/** A `pulumi` command and the requests that reached the API meanwhile. */
export interface PulumiResult extends CommandResult {
  readonly requests: readonly Readonly<JournalEntry>[];
}

/** How to make a stack. */
export interface StackOptions {
  /** Text of the program. Default: `folder` has it already, and a `Pulumi.yaml`. */
  readonly program?: string;
  /** Name of the program's file. Default `index.js`. */
  readonly programFile?: string;
  /** Environment of every `pulumi` command, beside the key and address of the emulator. */
  readonly env?: NodeJS.ProcessEnv;
  /** How the emulator behaves. */
  readonly emulator?: EmulatorOptions;
  /** Folder in which the project's folder is made. Default: one where npm has installed the packed package. */
  readonly parentFolder?: string;
  /** The project's folder itself, with what it has installed. Default: a new one. */
  readonly folder?: string;
  /** Lines of `Pulumi.yaml` after the name. Default: the runtime. */
  readonly projectLines?: readonly string[];
  /** Whether a passphrase encrypts its secrets, as a first stack has it. Default: a key service, which is faster. */
  readonly hasPassphrase?: boolean;
}

/** What {@link TestStack.restore} brings back. */
interface Snapshot {
  /** Holds a copy of the project's folder, with the state. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly connections: readonly StoredConnection[];
}

type RunOptions = { readonly expectCode?: number | "any"; readonly input?: string };

/** API key of the stacks under test. */
export const testApiKey = "fluents-test-key-1";

async function makeProjectFolder({ parentFolder, programFile }: StackOptions): Promise<string> {
  const installParent = programFile?.endsWith(".ts") === true ? installTypeScriptConsumer : installConsumer;
  return mkdtempSync(join(parentFolder ?? (await installParent()), "project-"));
}

/** A Pulumi project on a local backend with a service of its own, driven by the real CLI. */
export class TestStack {
  private constructor(
    readonly folder: string,
    readonly emulator: Emulator,
    /** Path of the CLI. */
    readonly command: string,
    /** Environment of every command. */
    readonly env: NodeJS.ProcessEnv,
    private readonly programFile: string,
    private readonly keyService: KeyService,
  ) {}

  /** Makes the project and its stack `dev`. Close it in the end. */
  static async create(options: StackOptions): Promise<TestStack> {
    const [runtime, folder] = await Promise.all([
      prepareRuntime(),
      options.folder ?? makeProjectFolder(options),
    ]);
    const [emulator, keyService] = await Promise.all([startEmulator(options.emulator), startKeyService()]);
    mkdirSync(join(folder, "backend"), { recursive: true });
    const env = {
      ...process.env,
      ...runtime.env,
      ...keyService.env,
      PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: "passphrase of a test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      FLUENTS_API_KEY: testApiKey,
      FLUENTS_API_URL: emulator.url,
      NO_COLOR: "1",
      ...options.env,
    };
    const stack = new TestStack(
      folder,
      emulator,
      runtime.engine.command,
      env,
      options.programFile ?? "index.js",
      keyService,
    );
    if (options.program !== undefined) {
      const projectLines = ["name: test-project", ...(options.projectLines ?? ["runtime: nodejs"])];
      writeFileSync(join(folder, "Pulumi.yaml"), `${projectLines.join("\n")}\n`);
      stack.write(options.program);
    }
    try {
      const encryption = options.hasPassphrase === true ? "passphrase" : keyServiceAddress;
      await stack.pulumi(["stack", "init", "dev", "--secrets-provider", encryption]);
    } catch (error) {
      await stack.close();
      throw error;
    }
    return stack;
  }

  /** Rewrites the program. */
  write(program: string): void {
    writeFileSync(join(this.folder, this.programFile), program);
  }

  /** The service's truth behind the stack's API key. */
  get service(): Environment {
    return this.emulator.environment(testApiKey);
  }

  /** Keeps what the project, its stack, the environment and the connections are. */
  save(): Snapshot {
    const folder = makeTempFolder();
    cpSync(this.folder, folder, { recursive: true });
    return { folder, env: { ...this.env }, connections: this.service.list() };
  }

  /** Brings back what was saved, and a service without faults, in far less time than the commands that led there. */
  restore({ folder, env, connections }: Snapshot): void {
    for (const name of readdirSync(this.folder)) {
      rmSync(join(this.folder, name), { recursive: true });
    }
    cpSync(folder, this.folder, { recursive: true });
    for (const name of Object.keys(this.env)) {
      Reflect.deleteProperty(this.env, name);
    }
    Object.assign(this.env, env);
    for (const { id } of this.service.list()) {
      this.service.remove(id);
    }
    for (const { id, ...fields } of connections) {
      this.service.add(fields, id);
    }
    this.emulator.setFaults([]);
  }

  /** Runs `pulumi ARGS`. */
  async pulumi(args: string[], options: RunOptions = {}): Promise<PulumiResult> {
    const before = this.emulator.journal.length;
    const result = await runCommand(this.command, [...args, "--non-interactive"], {
      cwd: this.folder,
      env: this.env,
      ...options,
    });
    return { ...result, requests: this.emulator.journal.slice(before) };
  }

  /** Runs a Node.js script of the project's folder, in the environment of the `pulumi` commands. */
  async node(file: string): Promise<PulumiResult> {
    const before = this.emulator.journal.length;
    const result = await runCommand("node", [file], { cwd: this.folder, env: this.env });
    return { ...result, requests: this.emulator.journal.slice(before) };
  }

  /** Runs `pulumi up` without a preview. */
  up(args: string[] = [], options?: RunOptions): Promise<PulumiResult> {
    return this.pulumi(["up", "--yes", "--skip-preview", ...args], options);
  }

  /** Runs `pulumi preview --diff`. */
  preview(args: string[] = [], options?: RunOptions): Promise<PulumiResult> {
    return this.pulumi(["preview", "--diff", ...args], options);
  }

  /** Runs `pulumi refresh` without a preview. */
  refresh(args: string[] = [], options?: RunOptions): Promise<PulumiResult> {
    return this.pulumi(["refresh", "--yes", "--skip-preview", "--diff", ...args], options);
  }

  /** Runs `pulumi destroy` without a preview. */
  destroy(args: string[] = [], options?: RunOptions): Promise<PulumiResult> {
    return this.pulumi(["destroy", "--yes", "--skip-preview", ...args], options);
  }

  /** Sets a config value; a secret through standard input. */
  async setConfig(key: string, value: string, isSecret = false): Promise<void> {
    await this.pulumi(["config", "set", ...(isSecret ? ["--secret"] : ["--plaintext"]), key], {
      input: value,
    });
  }

  /** Sets many config values by one command, on which the secret ones stand too: they must not be looked for there. */
  async setConfigs(
    secret: Readonly<Record<string, string>>,
    plain: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const write = (flag: string, values: Readonly<Record<string, string>>) =>
      Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
    await this.pulumi(["config", "set-all", ...write("--secret", secret), ...write("--plaintext", plain)]);
  }

  /** The exported state as text, secrets encrypted unless `showSecrets`. */
  async exportState(showSecrets = false): Promise<string> {
    return (await this.pulumi(["stack", "export", ...(showSecrets ? ["--show-secrets"] : [])])).stdout;
  }

  /** The account connections in the state, by name, secrets in clear. */
  async readResources(): Promise<Record<string, StateResource>> {
    const state = JSON.parse(await this.exportState(true), revealSecret) as {
      deployment: { resources?: StateResource[] };
    };
    return Object.fromEntries(
      (state.deployment.resources ?? [])
        .filter(({ type }) => type === resourceType)
        .map((resource) => [readResourceName(resource.urn), resource]),
    );
  }

  /** Stops the stack's services. */
  async close(): Promise<void> {
    await Promise.all([this.emulator.close(), this.keyService.close()]);
  }
}

/** A reviver for `JSON.parse`: an exported secret as its value. */
function revealSecret(_key: string, value: unknown): unknown {
  const { plaintext } = (value ?? {}) as { plaintext?: unknown };
  return typeof plaintext === "string" ? JSON.parse(plaintext, revealSecret) : value;
}

/** Lets each test of a suite begin with the stack that the suite's `before` made, and closes it in the end. */
export function restoreBeforeEachTest(getStack: () => TestStack): void {
  let beginning: Snapshot;
  before(() => {
    beginning = getStack().save();
  });
  beforeEach(() => {
    getStack().restore(beginning);
  });
  after(() => getStack().close());
}

/** One line for each request: method, endpoint and body, ids left out. */
export function tabulate(requests: readonly Readonly<JournalEntry>[]): string[] {
  return requests.map(({ method, path, body }) =>
    [
      method,
      path.replace("/v1/account_connections", "") || "/",
      ...(body === undefined ? [] : [JSON.stringify(body)]),
    ].join(" "),
  );
}

/** A program with one resource `c`, its arguments written as JavaScript. */
export function programOf(args: string, opts = "{}"): string {
  return `const pulumi = require("@pulumi/pulumi");
const fluents = require("pulumi-fluents");
const config = new pulumi.Config();
const c = new fluents.AccountConnection("c", ${args}, ${opts});
exports.id = c.id;
exports.credentialsVersion = c.credentialsVersion.apply((version) => version ?? "none");
`;
}

/** A program with resources by name, their arguments written as JavaScript. */
export function programOfMany(resources: Readonly<Record<string, string>>): string {
  const lines = Object.entries(resources).map(
    ([name, args]) => `new fluents.AccountConnection(${JSON.stringify(name)}, ${args});`,
  );
  return `const pulumi = require("@pulumi/pulumi");
const fluents = require("pulumi-fluents");
const config = new pulumi.Config();
${lines.join("\n")}
`;
}

/** The lines of a `--diff` output that say what changes in a resource, `["~ label: "a" => "b""]`; spaces are folded. */
export function readDiff(output: string, name: string): string[] {
  const lines = output.split("\n");
  const start = lines.findLastIndex((line) => line.endsWith(`::${name}]`));
  const rest = start < 0 ? [] : lines.slice(start + 1);
  const end = rest.findIndex((line) => !/^ {6,}/.test(line));
  return rest.slice(0, end < 0 ? undefined : end).map((line) => line.trim().replace(/\s+/g, " "));
}

/** The requests about one connection, a line each as {@link tabulate} has them. */
export function tabulateOf(result: PulumiResult, id: string | undefined): string[] {
  return tabulate(result.requests.filter(({ query }) => query.id === id));
}

/** Texts of the warnings in a `pulumi` output, as often as they are there, sorted. */
export function readWarnings(output: string): string[] {
  return Array.from(output.matchAll(/^\s*warning: (.*)$/gm), ([, text = ""]) => text).toSorted();
}
