import { satisfies } from "semver";

import { runCommand } from "../../test/helpers/run-command";
import { runCell } from "./cell";
import { installNode } from "./node-release";

/** The oldest Node.js that package.json names, and the newest of each line. */
const nodeRanges = ["20.19.0", "20", "22", "24", "26"];

/** The oldest SDK that package.json names, the last for Node.js 20, and the newest. */
const sdkTags = ["3.216.0", "3.248.0", "latest"];

interface SdkRelease {
  readonly version: string;
  /** Range of Node.js that it supports. */
  readonly nodeRange: string;
}

async function findSdk(tag: string): Promise<SdkRelease> {
  const { stdout } = await runCommand(
    "npm",
    ["view", `@pulumi/pulumi@${tag}`, "version", "engines.node", "--json"],
    { cwd: process.cwd(), env: process.env },
  );
  const answer = JSON.parse(stdout) as { version: string; "engines.node": string };
  return { version: answer.version, nodeRange: answer["engines.node"] };
}

async function main(): Promise<void> {
  const sdks = await Promise.all(sdkTags.map(findSdk));
  const failures: string[] = [];
  printRow(["Node.js", ...sdks.map(({ version }) => `SDK ${version}`)]);
  for (const range of nodeRanges) {
    const node = await installNode(range);
    const results: string[] = [];
    for (const sdk of sdks) {
      if (!satisfies(node.version, sdk.nodeRange)) {
        results.push(`needs ${sdk.nodeRange}`);
        continue;
      }
      const startedMs = Date.now();
      try {
        await runCell(node, sdk.version);
        results.push(`ok, ${Math.round((Date.now() - startedMs) / 1000)} s`);
      } catch (error) {
        results.push("FAILED");
        failures.push(`Node.js ${node.version}, SDK ${sdk.version}: ${String(error)}`);
      }
    }
    printRow([node.version, ...results]);
  }
  for (const failure of failures) {
    console.log(`\n${failure}`);
  }
  process.exitCode = failures.length > 0 ? 1 : 0;
}

function printRow(columns: readonly string[]): void {
  console.log(
    columns
      .map((text) => text.padEnd(14))
      .join("")
      .trimEnd(),
  );
}

void main();
