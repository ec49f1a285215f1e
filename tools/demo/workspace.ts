import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { findSecrets } from "./secrets";

const repository = join(__dirname, "..", "..");

/** A copy of the quickstart with a Pulumi backend and home of its own, in a folder that is removed afterwards. */
export class Workspace {
  readonly #folder = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-fluents-demo-")));
  /** The folder of the Pulumi project. */
  readonly projectFolder = join(this.#folder, "quickstart");
  readonly #backend = join(this.#folder, "backend");

  constructor() {
    cpSync(join(repository, "examples", "quickstart"), this.projectFolder, {
      recursive: true,
      filter: (source) => !/node_modules|Pulumi\.[^.]+\.yaml$/.test(source.slice(repository.length)),
    });
    // What `npm ci` installed, with this checkout in the place of the published package.
    symlinkSync(join(repository, "node_modules"), join(this.projectFolder, "node_modules"), "junction");
    mkdirSync(this.#backend);
  }

  /** The environment of every `pulumi` command: nothing of the user's own stacks, nothing outside the folder. */
  createEnvironment(engineEnvironment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(PULUMI|FLUENTS)_/i.test(name));
    return {
      ...Object.fromEntries(inherited),
      ...engineEnvironment,
      PULUMI_HOME: join(this.#folder, "home"),
      PULUMI_BACKEND_URL: `file://${this.#backend}`,
      PULUMI_CONFIG_PASSPHRASE: "the passphrase of the demo",
    };
  }

  /** The secrets that are in clear in a file of the backend, or in the project, by name. */
  findSecretsOnDisk(): string[] {
    return [this.#backend, this.projectFolder].flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .flatMap((entry) => findSecrets(readFileSync(join(entry.parentPath, entry.name), "utf8"))),
    );
  }

  /** Removes everything. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
