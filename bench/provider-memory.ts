import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

/** How often the peak is read; what a process adds in its last moments is not seen. */
const intervalMs = 200;

/** Watches the memory of the provider processes that Pulumi starts in a folder. Needs /proc, as Linux has it. */
export class ProviderMemory {
  readonly #timer: NodeJS.Timeout;
  #peakBytes: number | undefined;

  /** @param folder working directory of the processes */
  constructor(private readonly folder: string) {
    this.#timer = setInterval(() => {
      this.#look();
    }, intervalMs);
  }

  /** @returns the highest peak of resident memory; `undefined` if no process was seen */
  stop(): number | undefined {
    clearInterval(this.#timer);
    return this.#peakBytes;
  }

  #look(): void {
    const pids = existsSync("/proc/self/status")
      ? readdirSync("/proc").filter((name) => /^\d+$/.test(name))
      : [];
    for (const pid of pids.filter((pid) => this.#isProvider(pid))) {
      const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1] ?? 0;
      this.#peakBytes = Math.max(this.#peakBytes ?? 0, Number(kilobytes) * 1024);
    }
  }

  #isProvider(pid: string): boolean {
    try {
      return (
        readlinkSync(`/proc/${pid}/cwd`) === this.folder &&
        readOrEmpty(`/proc/${pid}/cmdline`).includes("cmd/dynamic-provider")
      );
    } catch {
      return false;
    }
  }
}

/** Text of a file of /proc; empty when its process has ended. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
