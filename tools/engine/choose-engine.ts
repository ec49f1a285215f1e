import path from "node:path";

import { minimumCliVersion } from "../../provider/cli/doctor/tools";
import { fillFolder, findEngineFolder, hasEngine, toCliPath, toEngineEnvironment } from "./engine-folder";
import { findCliOnPath } from "./find-cli";
import { withLock } from "./folder-lock";
import type { ReportProgress } from "./progress";
import { engineVersion, minimumGoVersion } from "./versions";

/** A Pulumi CLI that can run Node.js programs. */
export interface Engine {
  /** Absolute path of the CLI. */
  command: string;
  /** Its version, e.g. `3.259.0`. */
  version: string;
  /** Where it came from. */
  source: "path" | "cache" | "download" | "build";
  /** What to merge into the environment of a `pulumi` process. */
  env: NodeJS.ProcessEnv;
}

/** Fills an engine folder, or throws an error that says why it could not. */
export type EngineSource = (folder: string, report: ReportProgress, env: NodeJS.ProcessEnv) => Promise<void>;

/** The two ways to an engine when the machine has none. */
export interface EngineSources {
  download: EngineSource;
  build: EngineSource;
}

/**
 * Chooses an engine: on PATH, in the cache, downloaded, built; the first that works.
 * What is downloaded or built stays in the cache, and only one process at a time makes it.
 *
 * @throws {Error} when none works; the message says why each failed and how to install Pulumi
 */
export async function chooseEngine(
  sources: EngineSources,
  report: ReportProgress,
  env: NodeJS.ProcessEnv,
): Promise<Engine> {
  const folder = findEngineFolder(env);
  const onPath = await findCliOnPath(env, path.dirname(toCliPath(folder)));
  if ("command" in onPath) {
    return { ...onPath, source: "path", env: { PULUMI_SKIP_UPDATE_CHECK: "true" } };
  }
  if (hasEngine(folder)) {
    return toEngine(folder, "cache", env);
  }
  const onWait = (): void => {
    report("Another process is getting the Pulumi engine: waiting for it.");
  };
  return withLock(`${folder}.lock`, onWait, async () => {
    // The process that was waited for has left one.
    if (hasEngine(folder)) {
      return toEngine(folder, "cache", env);
    }
    report(
      `No Pulumi CLI to use (${onPath.problem}). ` +
        `Getting ${engineVersion}, once for all checkouts: it will be in ${folder}`,
    );
    const engine = await makeEngine(folder, onPath.problem, sources, report, env);
    report(`Pulumi ${engineVersion} is ready.`);
    return engine;
  });
}

async function makeEngine(
  folder: string,
  noCli: string,
  sources: EngineSources,
  report: ReportProgress,
  env: NodeJS.ProcessEnv,
): Promise<Engine> {
  let noDownload: string;
  try {
    await fillFolder(folder, (partial) => sources.download(partial, report, env));
    return toEngine(folder, "download", env);
  } catch (error) {
    noDownload = toReason(error);
  }
  report(
    `The download failed (${noDownload}). Building with Go instead: this takes 2 to 5 minutes, this one time.`,
  );
  try {
    await fillFolder(folder, (partial) => sources.build(partial, report, env));
    return toEngine(folder, "build", env);
  } catch (error) {
    throw new Error(
      describeHowToInstall([
        `the CLI on PATH: ${noCli}`,
        `the download: ${noDownload}`,
        `the build with Go: ${toReason(error)}`,
      ]),
      { cause: error },
    );
  }
}

function toEngine(folder: string, source: Engine["source"], env: NodeJS.ProcessEnv): Engine {
  return {
    command: toCliPath(folder),
    version: engineVersion,
    source,
    env: toEngineEnvironment(folder, env),
  };
}

function toReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function describeHowToInstall(problems: readonly string[]): string {
  return [
    "No Pulumi engine could be found or made:",
    ...problems.map((problem) => `  - ${problem.replaceAll("\n", "\n    ")}`),
    "To go on, do one of these and try again:",
    `  - install the Pulumi CLI, ${minimumCliVersion} or later, as Pulumi's documentation says under "Download & install",`,
    "    and see that 'pulumi version' works in this terminal; or",
    `  - install Go, ${minimumGoVersion} or later, and see that 'go version' works in this terminal.`,
  ].join("\n");
}
