import { existsSync, writeFileSync } from "node:fs";

import { describeError, FluentsError } from "../../errors";

/**
 * Stops before any work is done where the file is in the way.
 *
 * @throws FluentsError `file_exists`
 */
export function assertFree(file: string): void {
  if (existsSync(file)) {
    throw describeExisting(file);
  }
}

/**
 * Writes a new file; an existing one only with `isForced`.
 *
 * @throws FluentsError `file_exists` or `file_not_written`
 */
export function writeOutputFile(file: string, text: string, isForced: boolean): void {
  try {
    writeFileSync(file, text, { flag: isForced ? "w" : "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      throw describeExisting(file);
    }
    throw new FluentsError(
      "file_not_written",
      `${file} cannot be written (${describeError(error)}): give another file as --out`,
    );
  }
}

function describeExisting(file: string): FluentsError {
  return new FluentsError(
    "file_exists",
    `${file} exists already, and is left as it is: give another file as --out, or overwrite it with --force`,
  );
}
