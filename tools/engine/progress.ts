import { clearInterval, setInterval } from "node:timers";

/**
 * Receives progress, one line at a time and at most one a second.
 * A transient line replaces the transient line before it, as a counter does.
 */
export type ReportProgress = (line: string, transient?: boolean) => void;

/** The part of a terminal or file stream that {@link createProgressPrinter} writes to. */
export interface ProgressStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

const plainIntervalMs = 15_000;

/** Prints progress: on a terminal a transient line is rewritten in place; elsewhere one is kept every 15 seconds. */
export function createProgressPrinter(stream: ProgressStream, now: () => number = Date.now): ReportProgress {
  let lastPrintedAt = 0;
  let pending = false;
  return (line, transient = false) => {
    if (stream.isTTY) {
      const clear = pending ? "\r\u001b[K" : "";
      const width = (stream.columns || 80) - 1;
      stream.write(clear + (transient ? line.slice(0, width) : `${line}\n`));
      pending = transient;
    } else if (!transient || now() - lastPrintedAt >= plainIntervalMs) {
      stream.write(`${line}\n`);
      lastPrintedAt = now();
    }
  };
}

/**
 * Reports a line every second while work is under way.
 *
 * @param describe makes the line from the time that has passed, e.g. `1 min 40 s`
 */
export async function reportWhile<T>(
  report: ReportProgress,
  describe: (elapsed: string) => string,
  work: Promise<T>,
): Promise<T> {
  const startedAt = Date.now();
  const timer = setInterval(() => {
    report(describe(formatDuration(Date.now() - startedAt)), true);
  }, 1000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** Formats a time for people: `40 s`, `1 min 40 s`, `5 min`. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  const minutes = Math.floor(seconds / 60);
  const parts = [
    minutes > 0 ? `${minutes} min` : "",
    seconds % 60 > 0 || minutes === 0 ? `${seconds % 60} s` : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}
