import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { canary } from "../helpers/canary";
import { packPackage, quickNpm, sdkVersion, setVersions } from "../helpers/package";
import { runCommand, type CommandResult } from "../helpers/run-command";
import { TestStack } from "../helpers/stack";
import { makeTempFolder } from "../helpers/temp-folder";

const quickstart = join(__dirname, "..", "..", "examples", "quickstart");

/** The secrets that the platform holds. */
export const platformSecrets = {
  PULUMI_ACCESS_TOKEN: `pul-${canary}`,
  PULUMI_CONFIG_PASSPHRASE: "passphrase of a test",
} as const;

/** Token of the jobs for the platform's API. */
export const platformToken = `token-${canary}`;

/** API key of the stack `prod`. */
export const apiKey = `key-${canary}`;

/** A step or job that was executed. */
export interface Executed extends CommandResult {
  readonly name: string;
  /** Every command of the script with its arguments, as bash traced it. */
  readonly trace: string;
}

/**
 * A user's infrastructure repository with a remote, and its stack `prod` on a local backend with an emulated service.
 * Jobs run in checkouts of the remote.
 */
export class UserRepository {
  readonly #remote = makeTempFolder();
  readonly #tools = makeTempFolder();
  /** Every step and job so far. */
  readonly executed: Executed[] = [];

  private constructor(readonly stack: TestStack) {}

  /**
   * Makes it, with the quickstart's manifest and the packed package, and nothing committed yet.
   *
   * @param options.program text of `index.ts`. Default: the quickstart's
   * @param options.secrets the program's secrets by config key
   * @param options.files files to copy into it, by their new paths
   */
  static async start(options: {
    readonly program?: string;
    readonly secrets: Readonly<Record<string, string>>;
    readonly files?: Readonly<Record<string, string>>;
  }): Promise<UserRepository> {
    const folder = makeTempFolder();
    await writeManifest(folder);
    for (const [path, source] of Object.entries(options.files ?? {})) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      copyFileSync(source, join(folder, path));
    }
    copyFileSync(join(quickstart, "tsconfig.json"), join(folder, "tsconfig.json"));
    writeFileSync(join(folder, ".gitignore"), "node_modules\nbackend\n");
    const stack = await TestStack.create({
      folder,
      program: options.program ?? readFileSync(join(quickstart, "index.ts"), "utf8"),
      programFile: "index.ts",
      hasPassphrase: true,
    });
    const repository = new UserRepository(stack);
    repository.#writeTools();
    await stack.pulumi(["stack", "init", "prod"]);
    const pairs = Object.entries({ "fluents:apiKey": apiKey, ...options.secrets });
    const plain = [`fluents:baseUrl=${stack.emulator.url}`, "twilioAccountSid=AC0"];
    await stack.pulumi([
      "config",
      "set-all",
      ...plain.flatMap((pair) => ["--plaintext", pair]),
      ...pairs.flatMap(([key, value]) => ["--secret", `${key}=${value}`]),
    ]);
    await repository.#git(["init", "--quiet", "--bare", "--initial-branch=main"], repository.#remote);
    await repository.#git(["init", "--quiet", "--initial-branch=main"]);
    await repository.#git(["remote", "add", "origin", repository.#remote]);
    return repository;
  }

  /** The truth behind the stack's API key. */
  get service() {
    return this.stack.emulator.environment(apiKey);
  }

  /** Commits everything and pushes it. Gives the commit. */
  async commit(message: string): Promise<string> {
    await this.#git(["add", "--all"]);
    const author = ["-c", "user.name=Dev", "-c", "user.email=dev@example.com", "-c", "commit.gpgsign=false"];
    await this.#git([...author, "commit", "--quiet", "--message", message]);
    await this.#git(["push", "--quiet", "origin", "HEAD"]);
    return (await this.#git(["rev-parse", "HEAD"])).stdout.trim();
  }

  /** Brings the stack up from the working copy, past every pipeline. */
  async installAndUp(): Promise<void> {
    await this.execute("set-up", "npm ci", { cwd: this.stack.folder, env: {} });
    await this.stack.up();
  }

  /** A new folder with the files of a commit. */
  async checkOut(commit: string): Promise<string> {
    const folder = join(makeTempFolder(), "work");
    await this.#git(["clone", "--quiet", this.#remote, folder]);
    await this.#git(["checkout", "--quiet", commit], folder);
    return folder;
  }

  /** Runs a script by bash as a runner does, with nothing in its environment but what a runner and `env` give. */
  async execute(
    name: string,
    script: string,
    options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  ): Promise<Executed> {
    const traceFile = join(makeTempFolder(), "trace");
    const runner = 'exec 9>"$0"; BASH_XTRACEFD=9 exec bash --noprofile --norc -x -eo pipefail -c "$1"';
    // Bash takes a pipe of Node.js for a remote shell's, and would run the user's ~/.bashrc.
    const result = await runCommand("bash", ["--norc", "-c", runner, traceFile, script], {
      cwd: options.cwd,
      env: { ...this.#runnerEnvironment(), CI: "true", ...options.env },
      expectCode: "any",
    });
    const executed = { ...result, name, trace: readFileSync(traceFile, "utf8") };
    this.executed.push(executed);
    return executed;
  }

  #runnerEnvironment(): NodeJS.ProcessEnv {
    const own = /^(FLUENTS_|GITHUB_|GITLAB_|GH_|CI|PULUMI_(BACKEND|CONFIG|ACCESS|STACK))/;
    return {
      ...Object.fromEntries(Object.entries(this.stack.env).filter(([name]) => !own.test(name))),
      PATH: `${this.#tools}:${this.stack.env.PATH ?? ""}`,
    };
  }

  /** Commands that jobs find before the real ones. */
  #writeTools(): void {
    const write = (name: string, script: string) => {
      writeFileSync(join(this.#tools, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(this.#tools, name), 0o755);
    };
    write("gh", `exec "${process.execPath}" "${join(__dirname, "gh.js")}" "$@"`);
    // As a runner with a cache: with the same lock file, a job gets what an earlier one installed.
    const isCached = `cmp -s package-lock.json "${installed}/package-lock.json"`;
    const install = `PATH="\${PATH#*:}" npm "$@" && mv node_modules "${installed}" && cp package-lock.json "${installed}"`;
    write("npm", `${isCached} || { ${install}; } && ln -s "${installed}/node_modules" node_modules`);
  }

  #git(args: string[], cwd = this.stack.folder): Promise<CommandResult> {
    return runCommand("git", args, { cwd, env: process.env });
  }
}

const installed = makeTempFolder();
let lock: Promise<string> | undefined;

/** `package.json` of the quickstart with the packed package in the place of the published one, and its lock. */
async function writeManifest(folder: string): Promise<void> {
  const manifest = join(folder, "package.json");
  copyFileSync(join(quickstart, "package.json"), manifest);
  setVersions(manifest, { "pulumi-fluents": "file:pulumi-fluents.tgz", "@pulumi/pulumi": sdkVersion });
  copyFileSync(await packPackage(), join(folder, "pulumi-fluents.tgz"));
  lock ??= (async () => {
    await runCommand("npm", ["install", "--package-lock-only"], {
      cwd: folder,
      env: { ...process.env, ...quickNpm },
    });
    return readFileSync(join(folder, "package-lock.json"), "utf8");
  })();
  writeFileSync(join(folder, "package-lock.json"), await lock);
}
