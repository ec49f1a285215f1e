import { satisfies, valid } from "semver";

import { nodeRange } from "../../version";
import { runPulumi } from "../pulumi";
import { ok, problem, type Examined, type Finding } from "./finding";

/** The oldest Pulumi CLI that works: earlier ones lose what `read` of a dynamic provider gives for inputs. */
export const minimumCliVersion = "3.216.0";

const pulumiRange = `>=${minimumCliVersion}`;

/** What to do about a Node.js that is too old. */
export const nodeMend = "install a current release of Node.js, see https://nodejs.org/en/download";

/** Whether a version is in a range; pre-releases count as the versions that they precede. */
export function isInRange(version: string, range: string): boolean {
  return satisfies(version, range, { includePrerelease: true });
}

/** Checks the Node.js that runs this command. */
export function checkNode(version = process.versions.node): Finding {
  const title = `Node.js ${version}`;
  return isInRange(version, nodeRange)
    ? ok(title)
    : problem(`${title} is not ${nodeRange}`, { mend: nodeMend });
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
