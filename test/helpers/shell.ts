import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

import { makeTempFolder } from "./temp-folder";

/** What a command of a {@link Shell} left behind. */
export interface ShellResult {
  readonly code: number;
  /** stdout and stderr, as they were written. */
  readonly output: string;
}

/** Takes each command from descriptor 3 and gives its exit code on 4, so that standard input is the command's own. */
const loop = `while IFS= read -r -d '' -u 3 __command; do
  eval "$__command" <"$__folder/input" >"$__folder/output" 2>&1 3<&- 4>&-
  echo "$?" >&4
done`;

/** One bash in which commands run one after the other, as a reader types them: variables and the folder stay. */
export class Shell {
  readonly #files = makeTempFolder();
  readonly #child: ChildProcess;
  readonly #commands: Writable;
  readonly #codes: Readable;
  readonly #ended: Promise<void>;

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    this.#child = spawn("bash", ["--noprofile", "--norc", "-c", `__folder='${this.#files}'\n${loop}`], {
      cwd,
      env,
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
      // A process group of its own, so that `close` ends what a command started.
      detached: true,
    });
    this.#commands = this.#child.stdio[3] as Writable;
    this.#codes = this.#child.stdio[4] as Readable;
    this.#codes.setEncoding("utf8");
    this.#ended = new Promise((resolve) => this.#child.once("close", resolve));
  }

  /**
   * Runs a command to its end.
   *
   * @param input text for standard input
   * @throws if the command ends the shell
   */
  async run(command: string, input = ""): Promise<ShellResult> {
    writeFileSync(join(this.#files, "input"), input);
    writeFileSync(join(this.#files, "output"), "");
    const answered = new Promise<string | undefined>((resolve) => {
      this.#codes.once("data", resolve);
      void this.#ended.then(() => {
        resolve(undefined);
      });
    });
    this.#commands.write(`${command}\0`);
    const code = await answered;
    const output = readFileSync(join(this.#files, "output"), "utf8");
    if (code === undefined) {
      throw new Error(`\`${command}\` ended the shell:\n${output}`);
    }
    return { code: Number(code), output };
  }

  /** Ends the shell and whatever runs in it. */
  async close(): Promise<void> {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      process.kill(-pid, "SIGKILL");
    }
    await this.#ended;
  }
}
