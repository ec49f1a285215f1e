import { createRequire } from "node:module";
import { join } from "node:path";

import { explainError } from "./errors";
import { assertNodeVersion } from "./node-version";
import { createProgramError } from "./program-error";

let loadsFrom: string | undefined;

/**
 * Fails in the program, with the mend, where the provider process would fail later and with less: Pulumi starts it with
 * Node.js, in the same folder and with the same environment.
 *
 * @throws pulumi.RunError
 */
export function assertProviderLoads(): void {
  const directory = process.cwd();
  if (loadsFrom === directory) {
    return;
  }
  assertProgramNodeVersion();
  assertNodeJs();
  assertEsModulesLoad();
  assertResolves(directory);
  loadsFrom = directory;
}

/**
 * Fails where Node.js is too old: Pulumi runs the provider with the same, unless the program runs in Bun.
 *
 * @throws pulumi.RunError
 */
export function assertProgramNodeVersion(): void {
  try {
    assertNodeVersion();
  } catch (error) {
    throw createProgramError(explainError(error));
  }
}

function assertResolves(directory: string): void {
  try {
    createRequire(join(directory, "/")).resolve("pulumi-fluents/runtime");
  } catch {
    throw createProgramError(
      `pulumi-fluents cannot be loaded from ${directory}, where Pulumi runs its provider. ` +
        `Add pulumi-fluents to the dependencies of ${join(directory, "package.json")} and install; ` +
        "a component library declares it as a peer dependency.",
    );
  }
}

/** Plug'n'Play finds CommonJS modules by a hook, and ES modules, which the provider needs too, only by a loader. */
function assertEsModulesLoad(): void {
  const { versions, env } = process;
  if (versions.pnp !== undefined && !env.NODE_OPTIONS?.includes(".pnp.loader.mjs")) {
    throw createProgramError(
      "pulumi-fluents cannot be loaded by Yarn's Plug'n'Play as Pulumi was started. " +
        "Write `nodeLinker: node-modules` in .yarnrc.yml and run `yarn install`, or start Pulumi by `yarn exec pulumi`.",
    );
  }
}

/** A program in Bun does not need Node.js, but its provider does. */
function assertNodeJs(): void {
  const { Bun: bun } = globalThis as { Bun?: { which(command: string): string | null } };
  if (bun?.which("node") === null) {
    throw createProgramError(
      "pulumi-fluents needs Node.js on PATH, also beside Bun: Pulumi runs its provider with it. " +
        "Install a current release of Node.js, see https://nodejs.org/en/download.",
    );
  }
}
