import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { oncePerRun } from "./once-per-run";
import { runCommand } from "./run-command";
import { prepareCompileCache, prepareNode } from "./runtime";
import { isOfThisRun, makeTempFolder } from "./temp-folder";

const repository = join(__dirname, "..", "..");

/** Release of Pulumi's SDK that projects under test install: the newest. It needs Node.js 22, see `prepareNode`. */
export const sdkVersion = "3.276.0";

/** Packs the built package as it would be published, once in a run. Gives the tarball's path. */
export function packPackage(): Promise<string> {
  return oncePerRun("package", async () => {
    const folder = makeTempFolder();
    const { stdout } = await runCommand(
      "npm",
      ["pack", "--json", "--ignore-scripts", "--pack-destination", folder],
      { cwd: repository, env: process.env },
    );
    const [packed] = JSON.parse(stdout) as [{ filename: string }];
    return join(folder, packed.filename);
  });
}

/** A folder outside the repository in which npm has installed the tarball and Pulumi's SDK, once in a run. */
export function installConsumer(): Promise<string> {
  return oncePerRun("consumer", async () => {
    const folder = makeTempFolder();
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true }));
    await install(folder, [`@pulumi/pulumi@${sdkVersion}`, await packPackage()]);
    return folder;
  });
}

/**
 * The same with TypeScript. Where it is installed, Pulumi's SDK loads it in every process, also for a program in
 * JavaScript: a fifteenth of an `up`.
 */
export function installTypeScriptConsumer(): Promise<string> {
  return oncePerRun("typescript-consumer", async () => {
    const [consumer, folder] = [await installConsumer(), makeTempFolder()];
    copyFileSync(join(consumer, "package.json"), join(folder, "package.json"));
    linkModules(consumer, folder);
    await install(folder, ["typescript@6"]);
    return folder;
  });
}

async function install(folder: string, packages: readonly string[]): Promise<void> {
  await runCommand("npm", ["install", ...packages], { cwd: folder, env: { ...process.env, ...quickNpm } });
  if (isOfThisRun(tmpdir())) {
    removeSourceMaps(join(folder, "node_modules"));
  }
  await compileProvider(folder);
}

/**
 * Pulumi's SDK lets Node.js read that of each file, and looks up in its own where each resource was made: a tenth of the
 * time that a short command takes. Only tests do without: measurements have what users have.
 */
function removeSourceMaps(folder: string): void {
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (path.endsWith(".map")) {
      rmSync(join(folder, path));
    }
  }
}

/**
 * Compiles what the provider's process loads. That process keeps nothing for the next, because the engine ends it by a
 * signal.
 */
async function compileProvider(folder: string): Promise<void> {
  const [node, compileCache] = await Promise.all([prepareNode(), prepareCompileCache()]);
  const script = 'require("@pulumi/pulumi/runtime"); require("pulumi-fluents/runtime"); import("got");';
  await runCommand(node.command, ["--eval", script], {
    cwd: folder,
    env: { ...process.env, ...compileCache },
  });
}

/**
 * Gives a folder what npm has installed in another, by hard links. `npm install` there still makes it what its `package.json`
 * says, without writing ten thousand files once more, which takes most of its time.
 */
export function linkModules(from: string, to: string): void {
  linkFiles(join(from, "node_modules"), join(to, "node_modules"));
}

function linkFiles(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      linkFiles(source, target);
    } else if (entry.name === ".package-lock.json") {
      // npm writes it in place.
      copyFileSync(source, target);
    } else if (entry.isSymbolicLink()) {
      symlinkSync(readlinkSync(source), target);
    } else {
      linkSync(source, target);
    }
  }
}

/** Environment in which npm asks the registry only for what its cache lacks. */
export const quickNpm = {
  npm_config_prefer_offline: "true",
  npm_config_audit: "false",
  npm_config_fund: "false",
} as const;

/** Sets the versions of dependencies that a `package.json` has. */
export function setVersions(file: string, versions: Readonly<Record<string, string>>): void {
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { dependencies?: Record<string, string> };
  for (const [name, version] of Object.entries(versions)) {
    if (manifest.dependencies?.[name] !== undefined) {
      manifest.dependencies[name] = version;
    }
  }
  writeFileSync(file, JSON.stringify(manifest, undefined, 2));
}
