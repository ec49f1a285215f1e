import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { clearTimeout, setTimeout } from "node:timers";
import { stripVTControlCharacters } from "node:util";

import type { Transcript } from "./transcript";

/** Pulumi finishes what is in flight when it is interrupted; after this time it is killed. In milliseconds. */
const patienceMs = 20_000;

/** A row that another one follows when the step is done. */
const progressRow = /^ [+~-]+ .* (creating|updating|deleting) \(\d+s\)/;

/** How to run the CLI. */
export interface PulumiCliOptions {
  readonly command: string;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly transcript: Transcript;
  /** Interrupts the command that runs, and lets no other start. */
  readonly signal: AbortSignal;
}

/** The real Pulumi CLI: shows each command line and, but for rows that only tell of progress, its output. */
export class PulumiCli {
  readonly #options: PulumiCliOptions;
  /** How it prints, not what it does: the same on every command, and not shown. */
  readonly displayFlags: readonly string[];

  constructor(options: PulumiCliOptions) {
    this.#options = options;
    this.displayFlags = ["--non-interactive", "--color", options.transcript.isColoured ? "always" : "never"];
  }

  /**
   * Runs `pulumi ARGS`.
   *
   * @param input text for standard input, not shown
   * @returns what it printed, without colours
   * @throws if it fails
   */
  async run(args: readonly string[], input?: string): Promise<string> {
    const { command, folder, env, transcript, signal } = this.#options;
    signal.throwIfAborted();
    const typed = ["pulumi", ...args].join(" ");
    transcript.command(input === undefined ? typed : `${typed}   # its value through standard input`);
    const isOperation = ["up", "preview", "refresh", "destroy"].includes(args[0] ?? "");
    const child = spawn(
      command,
      [...args, ...this.displayFlags, ...(isOperation ? ["--suppress-progress"] : [])],
      {
        cwd: folder,
        env,
        stdio: ["pipe", "pipe", "pipe"],
        // A terminal interrupts its whole process group, and Pulumi takes a second interrupt for "at once".
        detached: process.platform !== "win32",
        windowsHide: true,
      },
    );
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        const text = stripVTControlCharacters(line);
        output += `${text}\n`;
        if (!progressRow.test(text)) {
          transcript.line(line);
        }
      });
    }
    child.stdin.on("error", () => undefined).end(input ?? "");
    const code = await waitForExit(child, signal);
    signal.throwIfAborted();
    if (code !== 0) {
      throw new Error(`\`${typed}\` ended with exit code ${code}`);
    }
    return output;
  }
}

async function waitForExit(child: ChildProcess, signal: AbortSignal): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    child.kill("SIGINT");
    timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  };
  signal.addEventListener("abort", interrupt, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        resolve(code ?? -1);
      });
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", interrupt);
  }
}
