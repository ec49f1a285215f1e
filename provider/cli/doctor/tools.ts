import { satisfies, valid } from "semver";

import { isSupportedNode, minimumNodeVersion, nodeMend } from "../../node-version";
import { runPulumi } from "../pulumi";
import { ok, problem, type Examined } from "./finding";

/** The oldest Pulumi CLI that works: earlier ones lose what `read` of a dynamic provider gives for inputs. */
export const minimumCliVersion = "3.216.0";

const pulumiRange = `>=${minimumCliVersion}`;

/** Whether a version is in a range; pre-releases count as the versions that they precede. */
export function isInRange(version: string, range: string): boolean {
  return satisfies(version, range, { includePrerelease: true });
}

/** Checks the Node.js that runs this command. Gives its version if the other checks can run on it. */
export function checkNode(version = process.versions.node): Examined<string> {
  const title = `Node.js ${version}`;
  return isSupportedNode(version)
    ? { findings: [ok(title)], value: version }
    : { findings: [problem(`${title} is not >=${minimumNodeVersion}`, { mend: nodeMend })] };
}

/** Checks the Pulumi CLI on `PATH`. Gives its version, also an old one: the other checks can use it. */
export async function checkPulumi(cwd: string): Promise<Examined<string>> {
  const mend = "install a current release of Pulumi, see https://www.pulumi.com/docs/install";
  let output;
  try {
    output = await runPulumi(["version"], { cwd });
  } catch {
    return { findings: [problem("the Pulumi CLI is not on PATH, or does not run", { mend })] };
  }
  const version = valid(output.trim());
  if (version === null) {
    return { findings: [problem("`pulumi version` tells no version", { mend })] };
  }
  return {
    value: version,
    findings: [
      isInRange(version, pulumiRange)
        ? ok(`Pulumi CLI ${version}`)
        : problem(`Pulumi CLI ${version} is not ${pulumiRange}`, { mend }),
    ],
  };
}
