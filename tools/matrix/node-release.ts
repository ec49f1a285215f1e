import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { quickNpm } from "../../test/helpers/package";
import { runCommand } from "../../test/helpers/run-command";
import { makeTempFolder } from "../../test/helpers/temp-folder";

/** An installed release of Node.js. */
export interface NodeRelease {
  /** E.g. `24.21.0`. */
  readonly version: string;
  /** Path of its `node`. */
  readonly command: string;
  /** Folder of that, for `PATH`. */
  readonly binFolder: string;
}

/**
 * Installs a release of Node.js for this machine in a folder of its own, from npm's packages of its binaries.
 *
 * @param range a version, or a line such as `22`, whose newest release it is then
 */
export async function installNode(range: string): Promise<NodeRelease> {
  const folder = makeTempFolder();
  const name = `node-${process.platform.replace("win32", "win")}-${process.arch}`;
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ private: true, dependencies: { [name]: range } }),
  );
  await runCommand("npm", ["install"], { cwd: folder, env: { ...process.env, ...quickNpm } });
  const binFolder = join(folder, "node_modules", name, "bin");
  const command = join(binFolder, "node");
  const { stdout } = await runCommand(command, ["--version"], { cwd: folder });
  return { version: stdout.trim().replace("v", ""), command, binFolder };
}
