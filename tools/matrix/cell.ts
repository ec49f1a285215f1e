import assert from "node:assert/strict";
import { copyFileSync, cpSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { packPackage, quickNpm, setVersions } from "../../test/helpers/package";
import { runQuickstart } from "../../test/helpers/quickstart";
import { runCommand } from "../../test/helpers/run-command";
import { makeTempFolder } from "../../test/helpers/temp-folder";
import { prepareEngine } from "../engine/prepare-engine";
import type { NodeRelease } from "./node-release";

const project = join(__dirname, "..", "..", "test", "consumers", "javascript-commonjs");
const probe = join(__dirname, "probe.js");

/**
 * Installs the packed package and a release of Pulumi's SDK in a project outside the repository, by npm under a release of
 * Node.js, and runs there the main job with the real engine and the package's command.
 *
 * @throws if something fails, or if the program or the provider ran under another release
 */
export async function runCell(node: NodeRelease, sdkVersion: string): Promise<void> {
  const [engine, tarball] = await Promise.all([prepareEngine(), packPackage()]);
  const root = makeTempFolder();
  const folder = join(root, "project");
  cpSync(project, folder, { recursive: true });
  copyFileSync(tarball, join(root, "pulumi-fluents.tgz"));
  setVersions(join(folder, "package.json"), { "@pulumi/pulumi": sdkVersion });

  const PATH = [node.binFolder, engine.env.PATH ?? process.env.PATH].join(delimiter);
  const run = { cwd: folder, env: { ...process.env, ...quickNpm, PATH } };
  await runCommand("npm", ["install"], run);
  const help = await runCommand("npx", ["--no", "pulumi-fluents", "--", "--help"], run);
  assert.match(help.stdout, /^Usage: pulumi-fluents /);

  const log = join(root, "processes");
  const env = { PATH, NODE_OPTIONS: `--require ${probe}`, PULUMI_FLUENTS_MATRIX_LOG: log };
  await runQuickstart({ folder, env });
  const processes = readFileSync(log, "utf8").trim().split("\n");
  for (const script of ["run", "dynamic-provider"]) {
    const versions = processes
      .filter((line) => line.includes(join("@pulumi", "pulumi", "cmd", script)))
      .map((line) => line.split(" ", 1)[0]);
    assert.deepEqual([script, ...new Set(versions)], [script, node.version]);
  }
}
