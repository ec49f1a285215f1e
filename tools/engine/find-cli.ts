import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, realpath } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { isInRange, minimumCliVersion } from "../../provider/cli/doctor/tools";
import { parseVersion } from "./versions";

const versionTimeoutMs = 30_000;
const extensions = process.platform === "win32" ? [".exe", ".cmd"] : [""];

/** A Pulumi CLI on PATH, or why there is none that can be used. */
export type CliOnPath = { command: string; version: string } | { problem: string };

/**
 * Looks for a `pulumi` on PATH that is new enough and has the Node.js language host on PATH or beside it.
 * Never throws.
 *
 * @param except a folder that is not looked at: the cached CLI is on PATH in every process that it starts, but it is not
 * one that the user has installed
 */
export async function findCliOnPath(env: NodeJS.ProcessEnv, except: string): Promise<CliOnPath> {
  const folders = (env["PATH"] ?? "")
    .split(path.delimiter)
    .filter((folder) => folder !== "" && path.resolve(folder) !== path.resolve(except));
  const command = await findExecutable(folders, "pulumi");
  if (command === undefined) {
    return { problem: "pulumi is not on PATH" };
  }
  const version = await readCliVersion(command, env);
  if (version === undefined) {
    return { problem: `${command} does not tell its version` };
  }
  if (!isInRange(version, `>=${minimumCliVersion}`)) {
    return { problem: `${command} is version ${version}, but ${minimumCliVersion} or later is needed` };
  }
  const bundle = path.dirname(await realpath(command));
  if ((await findExecutable([...folders, bundle], "pulumi-language-nodejs")) === undefined) {
    return { problem: `${command} has no pulumi-language-nodejs beside it or on PATH` };
  }
  return { command, version };
}

async function findExecutable(folders: string[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    for (const extension of extensions) {
      const candidate = path.join(folder, name + extension);
      if (await isExecutable(candidate)) {
        return candidate;
      }
    }
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function readCliVersion(command: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(command, ["version"], {
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      shell: command.endsWith(".cmd"),
      timeout: versionTimeoutMs,
    });
    return parseVersion(stdout);
  } catch {
    return undefined;
  }
}
