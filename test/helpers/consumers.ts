import { copyFileSync, cpSync, renameSync } from "node:fs";
import { rm } from "node:fs/promises";
import { delimiter, join } from "node:path";

import { prepareEngine } from "../../tools/engine/prepare-engine";
import { linkModules, packPackage, quickNpm } from "./package";
import { runCommand } from "./run-command";
import { makeTempFolder } from "./temp-folder";

/** A package manager of `test/consumers/package-managers`, or npm. */
export type PackageManager = "npm" | "pnpm" | "yarn" | "bun";

const projects = join(__dirname, "..", "consumers");

/** Copies of the projects in `test/consumers` outside the repository, beside the packages that they install as tarballs. */
export class Consumers {
  /** Folder of the first project that npm has installed. */
  #installed: string | undefined;

  private constructor(
    readonly folder: string,
    /** Environment of every command: npm's cache is the user's, what the others keep goes away with the folder. */
    readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Copies the projects, packs what they install, and installs the package managers. */
  static async create(): Promise<Consumers> {
    const folder = makeTempFolder();
    cpSync(projects, folder, { recursive: true });
    const [engine, tarball] = await Promise.all([prepareEngine(), packPackage()]);
    copyFileSync(tarball, join(folder, "pulumi-fluents.tgz"));
    // Its releases differ in what they depend on only.
    copyFileSync(
      join(folder, "component-library", "index.js"),
      join(folder, "component-library-1.0.0", "index.js"),
    );
    const managers = join(folder, "package-managers");
    const consumers = new Consumers(folder, {
      ...process.env,
      PATH: [
        join(managers, "node_modules", ".bin"),
        engine.env.PATH ?? process.env.PATH,
        join(managers, "bin"),
      ].join(delimiter),
      ...quickNpm,
      npm_config_store_dir: join(folder, "pnpm-store"),
      YARN_GLOBAL_FOLDER: join(folder, "yarn"),
      // In CI Yarn wants a lock file, which would hold the tarball's checksum.
      YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
      BUN_INSTALL_CACHE_DIR: join(folder, "bun-cache"),
    });
    await consumers.run(["npm", "pack", "./component-library"]);
    renameSync(join(folder, "component-library-1.1.0.tgz"), join(folder, "component-library.tgz"));
    await consumers.run(["npm", "install"], "package-managers");
    return consumers;
  }

  /** Folder of a project, or one in it. */
  folderOf(path: string): string {
    return join(this.folder, path);
  }

  /** Runs `MANAGER install` in a project. Only the first one that npm installs begins with nothing, see {@link linkModules}. */
  async install(name: string, manager: PackageManager): Promise<void> {
    if (manager === "npm" && this.#installed !== undefined) {
      linkModules(this.#installed, this.folderOf(name));
    }
    await this.run([manager, "install"], name);
    if (manager === "npm") {
      this.#installed ??= this.folderOf(name);
    }
  }

  /** Runs a command in a project. Gives what it printed on standard output. */
  async run([command, ...args]: [string, ...string[]], name = "."): Promise<string> {
    const { stdout } = await runCommand(command, args, { cwd: this.folderOf(name), env: this.env });
    return stdout.trim();
  }

  /** Removes them while other tests run: at the end of the run their 125,000 files would take minutes. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
