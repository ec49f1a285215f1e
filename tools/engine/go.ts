import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { toFailureReason } from "./go-output";

/** Go's compilers end before they would have to collect garbage, which takes them a quarter of their time. */
const quickGo = { GOGC: "off", GOMEMLIMIT: "1500MiB" } as const;

/**
 * Runs `go ARGS` in the folder of the checked-in go.mod, whatever go.work there is on the machine, and without a C compiler.
 *
 * @param onErrorLine receives each line of standard error
 * @returns what it wrote to standard output
 * @throws {Error} with Go's own words
 */
export function runGo(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  onErrorLine: (line: string) => void = () => undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("go", args, {
      cwd: __dirname,
      env: { ...quickGo, ...env, CGO_ENABLED: "0", GOWORK: "off" },
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    const output: string[] = [];
    const errorLines: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => output.push(chunk));
    createInterface({ input: child.stderr }).on("line", (line) => {
      errorLines.push(line);
      onErrorLine(line);
    });
    child.once("error", (error: NodeJS.ErrnoException) => {
      reject(new Error(error.code === "ENOENT" ? "go is not on PATH" : `could not run go: ${error.message}`));
    });
    child.once("close", (code, signal) => {
      if (code === 0) {
        resolve(output.join(""));
      } else {
        const how = signal ?? `exit code ${String(code)}`;
        reject(new Error(`go ${String(args[0])} failed (${how}):\n${toFailureReason(errorLines)}`));
      }
    });
  });
}
