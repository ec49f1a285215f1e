import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { describeError, FluentsError } from "../../errors";

/**
 * Stops before anything is set where the text cannot be written in the end.
 *
 * @returns what is in the file: nothing, the same text, or another one to overwrite
 * @throws FluentsError `file_exists` or `file_not_written`
 */
export function checkOutputFile(
  file: string,
  text: string,
  isForced: boolean,
): "nothing" | "the same" | "another" {
  const folder = dirname(file);
  if (!isFolder(folder)) {
    throw describeUnwritable(file, "there is no such folder");
  }
  if (!existsSync(file)) {
    assertWritable(folder, file);
    return "nothing";
  }
  if (isFolder(file)) {
    throw describeUnwritable(file, "it is a folder");
  }
  if (readText(file) === text) {
    return "the same";
  }
  if (!isForced) {
    throw describeExisting(file);
  }
  assertWritable(file, file);
  return "another";
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function assertWritable(path: string, file: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw describeUnwritable(file, describeError(error));
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
    throw describeUnwritable(file, describeError(error));
  }
}

/** Nothing where it cannot be read: that is another text than any. */
function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function describeExisting(file: string): FluentsError {
  return new FluentsError(
    "file_exists",
    `${file} exists already, and is left as it is: give another file as --out, and import it in the program. Where nothing that ` +
      "the old one declares is in the stack, and it is not needed any more, overwrite it with --force",
  );
}

function describeUnwritable(file: string, reason: string): FluentsError {
  return new FluentsError(
    "file_not_written",
    `${file} cannot be written (${reason}): give another file as --out`,
  );
}
