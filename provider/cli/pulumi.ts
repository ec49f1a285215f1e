import { execFile } from "node:child_process";

import { FluentsError } from "../errors";

/** How to run `pulumi`. */
export interface PulumiOptions {
  /** Folder in which it runs. */
  readonly cwd: string;
  /** Text for its standard input. Default: none. */
  readonly input?: string;
}

/** Exported states are large: in bytes. */
const largestOutput = 1024 ** 3;

/**
 * Runs `pulumi ARGS` without questions, and gives what it wrote to standard output.
 *
 * @param args no secrets: others can read the command line of a process. Give those as `input`.
 * @throws FluentsError `pulumi_failed` with what it wrote to standard error
 */
export async function runPulumi(args: readonly string[], { cwd, input }: PulumiOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      "pulumi",
      [...args, "--non-interactive", "--color", "never"],
      { cwd, maxBuffer: largestOutput },
      (error, stdout, stderr) => {
        if (error === null) {
          resolve(stdout);
        } else {
          reject(describeFailure(args, error, stderr));
        }
      },
    );
    // A command that does not read its input may have closed it by now.
    child.stdin?.on("error", () => undefined).end(input ?? "");
  });
}

function describeFailure(
  args: readonly string[],
  error: Error & { code?: unknown },
  stderr: string,
): FluentsError {
  if (error.code === "ENOENT") {
    return new FluentsError(
      "pulumi_failed",
      "the Pulumi CLI is not on PATH: install it, see https://www.pulumi.com/docs/install",
    );
  }
  const reason = stderr.trim().replace(/^error: /, "");
  return new FluentsError("pulumi_failed", `\`pulumi ${args.join(" ")}\` failed: ${reason}`);
}
