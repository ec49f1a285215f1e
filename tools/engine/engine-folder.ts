import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { engineVersion } from "./versions";

const isWindows = process.platform === "win32";

const partialInfix = ".partial-";
const leftoverAfterMs = 60 * 60_000;
const cliFile = isWindows ? "pulumi.exe" : "pulumi";

// Through this variable the launcher beside a built CLI finds the language host of the checkout that runs it.
const languageHostVariable = "PULUMI_FLUENTS_LANGUAGE_HOST";

/**
 * The folder that holds one engine for all checkouts of a user.
 * `PULUMI_FLUENTS_ENGINE_CACHE` replaces its parent; else that is `pulumi-fluents/engine` in the user's cache folder.
 */
export function findEngineFolder(env: NodeJS.ProcessEnv = process.env): string {
  return path.resolve(
    env["PULUMI_FLUENTS_ENGINE_CACHE"] ?? path.join(findUserCache(env), "pulumi-fluents", "engine"),
    engineVersion,
  );
}

/** The path of the CLI inside an engine folder. */
export function toCliPath(engineFolder: string): string {
  return path.join(engineFolder, "bin", cliFile);
}

/** Whether an engine folder holds a finished engine: a folder gets its name only when everything is in it. */
export function hasEngine(engineFolder: string): boolean {
  return existsSync(toCliPath(engineFolder));
}

/**
 * Makes an engine in a folder of its own and gives that the final name when it is complete.
 * What processes that were killed have left behind goes away.
 *
 * @throws what `fill` throws, unless another process has put an engine there meanwhile
 */
export async function fillFolder(
  engineFolder: string,
  fill: (partial: string) => Promise<void>,
): Promise<void> {
  await removeLeftovers(engineFolder);
  const partial = await mkdtemp(engineFolder + partialInfix);
  try {
    await fill(partial);
    if (!hasEngine(engineFolder)) {
      await rm(engineFolder, { recursive: true, force: true });
    }
    await rename(partial, engineFolder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!hasEngine(engineFolder)) {
      throw error;
    }
  }
}

async function removeLeftovers(engineFolder: string): Promise<void> {
  const cache = path.dirname(engineFolder);
  for (const name of await readdir(cache)) {
    const leftover = path.join(cache, name);
    if (
      leftover.startsWith(engineFolder + partialInfix) &&
      Date.now() - (await stat(leftover)).mtimeMs > leftoverAfterMs
    ) {
      await rm(leftover, { recursive: true, force: true });
    }
  }
}

/**
 * Puts beside a CLI that was built from Go what Pulumi's own bundle has there: the dynamic provider's launcher, which
 * ships in `@pulumi/pulumi`, and a launcher of the stand-in language host. The CLI takes them without a warning only
 * from its own folder.
 */
export async function addLaunchers(engineFolder: string): Promise<void> {
  const bin = path.join(engineFolder, "bin");
  const sdk = path.dirname(require.resolve("@pulumi/pulumi/package.json"));
  const dynamicProvider = isWindows ? "pulumi-resource-pulumi-nodejs.cmd" : "pulumi-resource-pulumi-nodejs";
  await mkdir(bin, { recursive: true });
  await copyFile(path.join(sdk, dynamicProvider), path.join(bin, dynamicProvider));
  if (isWindows) {
    await writeFile(path.join(bin, "pulumi-language-nodejs.cmd"), `@node "%${languageHostVariable}%" %*\r\n`);
  } else {
    await writeFile(
      path.join(bin, "pulumi-language-nodejs"),
      `#!/bin/sh\nexec node "\${${languageHostVariable}:?is not set, start the CLI by npm run pulumi}" "$@"\n`,
      { mode: 0o755 },
    );
  }
}

/** What a process needs in its environment to use the engine of a folder. */
export function toEngineEnvironment(
  engineFolder: string,
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return {
    PATH: [path.join(engineFolder, "bin"), env["PATH"]].filter(Boolean).join(path.delimiter),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    [languageHostVariable]: path.join(__dirname, "language-host", "main.js"),
  };
}

function findUserCache(env: NodeJS.ProcessEnv): string {
  if (env["XDG_CACHE_HOME"]) {
    return env["XDG_CACHE_HOME"];
  }
  if (isWindows) {
    return env["LOCALAPPDATA"] ?? path.join(homedir(), "AppData", "Local");
  }
  return process.platform === "darwin"
    ? path.join(homedir(), "Library", "Caches")
    : path.join(homedir(), ".cache");
}
