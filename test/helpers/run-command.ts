import { spawn } from "node:child_process";

/** What a process left behind. */
export interface CommandResult {
  /** Exit code; -1 if a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout and stderr, for searching and for messages. */
  readonly output: string;
}

/** How to run a process. */
export interface CommandOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Text for standard input. Default: none. */
  readonly input?: string;
  /** Exit codes that are no failure. Default: 0 only. */
  readonly expectCode?: number | "any";
}

/**
 * Runs a process to its end.
 *
 * @throws if it ends with another exit code than expected; the message holds its output
 */
export async function runCommand(
  command: string,
  args: string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ["pipe", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  // A process may end before it has read its input.
  child.stdin.on("error", () => undefined).end(options.input ?? "");
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => {
      resolve(exitCode ?? -1);
    });
  });
  const { expectCode = 0 } = options;
  const output = stdout + stderr;
  if (expectCode !== "any" && code !== expectCode) {
    throw new Error(`${command} ${args.join(" ")} ended with ${code}, not ${expectCode}:\n${output}`);
  }
  return { code, stdout, stderr, output };
}
