import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";

import type { TestStack } from "../helpers/stack";
import { listDescendants, signal } from "./processes";

/** A process of a `pulumi` command. */
export type Victim = "CLI" | "provider";

/** A `pulumi` command on its way. */
export class RunningPulumi {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #others = new Set<number>();
  #output = "";

  constructor(stack: TestStack, args: readonly string[]) {
    this.#child = spawn(stack.command, [...args, "--yes", "--skip-preview", "--non-interactive"], {
      cwd: stack.folder,
      env: stack.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    // Not "close": what a killed CLI leaves behind still holds its outputs.
    this.#ended = once(this.#child, "exit");
  }

  get output(): string {
    return this.#output;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Kills one of its processes by signal 9. Gives the process id of the provider. @throws if that does not run */
  kill(victim: Victim): number {
    const provider = this.#findProvider();
    signal(victim === "CLI" ? this.pid : provider, "SIGKILL");
    return provider;
  }

  #findProvider(): number {
    const descendants = listDescendants(this.pid);
    descendants.forEach(({ pid }) => this.#others.add(pid));
    const provider = descendants.find(({ command }) => /^\S*node\S* .*\bdynamic-provider\b/.test(command));
    if (provider === undefined) {
      throw new Error("the provider process does not run");
    }
    return provider.pid;
  }

  /** Waits for the end of the CLI. Gives its exit code; -1 if a signal ended it. */
  async untilEnd(): Promise<number> {
    await this.#ended;
    return this.#child.exitCode ?? -1;
  }

  /** Ends what is left of the command. */
  close(): void {
    for (const pid of [this.pid, ...this.#others]) {
      signal(pid, "SIGKILL");
    }
  }
}
