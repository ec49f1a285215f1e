import { delimiter, dirname, join } from "node:path";

import { satisfies } from "semver";

import { prepareEngine, type Engine } from "../../tools/engine/prepare-engine";
import { installNode, type NodeRelease } from "../../tools/matrix/node-release";
import { oncePerRun } from "./once-per-run";
import { makeTempFolder } from "./temp-folder";

/** What projects under test run on. */
export interface Runtime {
  readonly engine: Engine;
  readonly node: NodeRelease;
  /** What to merge into the environment of every command. */
  readonly env: NodeJS.ProcessEnv;
}

/** Releases of Node.js that the `sdkVersion` of projects under test supports. */
const nodeRange = ">=22";

/** The Node.js of this process; 24 where this one is too old for the SDK of projects under test. */
export function prepareNode(): Promise<NodeRelease> {
  return oncePerRun("node", () =>
    satisfies(process.versions.node, nodeRange)
      ? Promise.resolve({
          version: process.versions.node,
          command: process.execPath,
          binFolder: dirname(process.execPath),
        })
      : installNode("24.21.0"),
  );
}

/**
 * Environment in which Node.js keeps for the next process what it has compiled for one: a short command spends most of its time
 * on the start of its processes.
 */
export async function prepareCompileCache(): Promise<NodeJS.ProcessEnv> {
  return {
    NODE_COMPILE_CACHE: await oncePerRun("compile-cache", () => Promise.resolve(makeTempFolder())),
    NODE_OPTIONS: `--require ${JSON.stringify(join(__dirname, "v8-flags.js"))}`,
  };
}

/** Takes back what makes the commands of tests faster than those of users. */
export const withoutShortcuts: NodeJS.ProcessEnv = {
  NODE_COMPILE_CACHE: undefined,
  NODE_OPTIONS: undefined,
  GOGC: undefined,
};

/** The engine, and Node.js as {@link prepareNode} gives it. */
export async function prepareRuntime(): Promise<Runtime> {
  const [engine, node, compileCache, pulumiHome] = await Promise.all([
    prepareEngine(),
    prepareNode(),
    prepareCompileCache(),
    oncePerRun("pulumi-home", () => Promise.resolve(makeTempFolder())),
  ]);
  return {
    engine,
    node,
    env: {
      ...engine.env,
      PATH: [node.binFolder, engine.env.PATH ?? process.env.PATH].join(delimiter),
      ...compileCache,
      // Pulumi keeps a log of every command there: not in the user's, which it reads through at each start.
      PULUMI_HOME: pulumiHome,
      GOGC: "400",
    },
  };
}
