/** The version of the Pulumi engine that is downloaded or built. The same one is in go.mod. */
export const engineVersion = "3.259.0";

/** The oldest Go that builds the engine: the version in go.mod, which is what the engine's own modules ask for. */
export const minimumGoVersion = "1.25.11";

/**
 * Finds the version in the output of `pulumi version`.
 *
 * @returns for example `3.259.0`, or `undefined` if there is none in the text
 */
export function parseVersion(output: string): string | undefined {
  return /^v?(\d+\.\d+\.\d+\S*)\s*$/m.exec(output)?.[1];
}
