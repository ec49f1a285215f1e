import { satisfies } from "semver";

import { FluentsError } from "./errors";
import { nodeRange } from "./version";

/** What to do about a Node.js that is too old. */
export const nodeMend = "install a current release of Node.js, see https://nodejs.org/en/download";

/** Whether a version is in a range; pre-releases count as the versions that they precede. */
export function isInRange(version: string, range: string): boolean {
  return satisfies(version, range, { includePrerelease: true });
}

/** @throws FluentsError `unsupported_node` if this process is one of a Node.js that is too old */
export function assertNodeVersion(version = process.versions.node): void {
  if (!isInRange(version, nodeRange)) {
    throw new FluentsError(
      "unsupported_node",
      `pulumi-fluents needs Node.js ${nodeRange}, and this is ${version}: ${nodeMend}`,
    );
  }
}
