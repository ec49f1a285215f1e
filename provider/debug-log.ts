import type { Redactor } from "./redact";

/** Writes the lines of the debug log to standard error; absent unless `FLUENTS_DEBUG` is `1`. */
export function createDebugLog(redactor: Redactor): ((line: string) => void) | undefined {
  return process.env.FLUENTS_DEBUG === "1"
    ? (line) => {
        console.error(`fluents: ${redactor.redact(line)}`);
      }
    : undefined;
}
