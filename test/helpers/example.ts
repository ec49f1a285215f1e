import { cpSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";

import { installTypeScriptConsumer, linkModules, packPackage, sdkVersion, setVersions } from "./package";
import { prepareSurroundings, Reader, type ReaderOptions, type Step } from "./reader";

const examples = join(__dirname, "..", "..", "examples");

/** A copy of an example outside the repository, beside copies of the others. */
export class Example extends Reader {
  /** Copies the examples and starts what `examples/NAME` needs. Close it in the end. */
  static async create(name: string, options: ReaderOptions = {}): Promise<Example> {
    const [surroundings, tarball] = await Promise.all([prepareSurroundings(options), packPackage()]);
    const folder = join(surroundings.root, "examples");
    copyExamples(folder, tarball);
    linkModules(await installTypeScriptConsumer(), join(folder, name));
    return new Example(surroundings, join(folder, name), options.secrets);
  }

  /** Runs every command of the example's README, see {@link Reader.follow}. */
  async followReadme(steps: Readonly<Record<string, Step | readonly Step[]>> = {}): Promise<void> {
    await this.follow(join(this.folder, "README.md"), "example", steps);
  }
}

/**
 * Copies the examples, which may refer to each other, as a reader of the published package gets them: `npm install` really
 * runs, though it finds most of what it wants in place. Only the package, which is not published before it is tested, comes
 * from the tarball that would be, and the SDK is the release that the other tests use, so that a new one does not fail them.
 */
function copyExamples(folder: string, tarball: string): void {
  cpSync(examples, folder, {
    recursive: true,
    filter: (path) => !path.slice(examples.length).includes("node_modules"),
  });
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const file of files
    .filter((path) => basename(path) === "package.json")
    .map((path) => join(folder, path))) {
    setVersions(file, { "pulumi-fluents": `file:${tarball}`, "@pulumi/pulumi": sdkVersion });
  }
}
