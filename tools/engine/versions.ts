/** The version of the Pulumi engine that is downloaded or built. The same one is in go.mod. */
export const ENGINE_VERSION = "3.259.0";

/** The oldest Pulumi CLI that is used when it is found on PATH: earlier ones lose `read`'s inputs of dynamic providers. */
export const MINIMUM_CLI_VERSION = "3.216.0";

/** The oldest Go that builds the engine: the version in go.mod, which is what the engine's own modules ask for. */
export const MINIMUM_GO_VERSION = "1.25.11";

/**
 * Finds the version in the output of `pulumi version`.
 *
 * @returns for example `3.259.0`, or `undefined` if there is none in the text
 */
export function parseVersion(output: string): string | undefined {
  return /^v?(\d+\.\d+\.\d+\S*)\s*$/m.exec(output)?.[1];
}

/** Compares the three numbers of a version with those of another; a suffix such as `-alpha.1` does not count. */
export function isAtLeast(version: string, minimum: string): boolean {
  const parts = toNumbers(version);
  for (const [index, wanted] of toNumbers(minimum).entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) {
      return part > wanted;
    }
  }
  return true;
}

function toNumbers(version: string): number[] {
  return version
    .split(/[-+]/, 1)
    .join("")
    .split(".")
    .map((part) => Number.parseInt(part, 10));
}
