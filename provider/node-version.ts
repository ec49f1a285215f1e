import { FluentsError } from "./errors";

/** The oldest Node.js that this package runs on, as its `package.json` says, which a bundled program has not. */
export const minimumNodeVersion = "20.19.0";

/** What to do about a Node.js that is too old. */
export const nodeMend = "install a current release of Node.js, see https://nodejs.org/en/download";

/** Whether this package runs on a version of Node.js. */
export function isSupportedNode(version: string): boolean {
  return version.localeCompare(minimumNodeVersion, "en", { numeric: true }) >= 0;
}

/** @throws FluentsError `unsupported_node` if this process is one of a Node.js that is too old */
export function assertNodeVersion(version = process.versions.node): void {
  if (!isSupportedNode(version)) {
    throw new FluentsError(
      "unsupported_node",
      `pulumi-fluents needs Node.js ${minimumNodeVersion} or later, and this is ${version}: ${nodeMend}`,
    );
  }
}
