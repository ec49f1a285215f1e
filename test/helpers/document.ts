import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

import prettier from "prettier";

const repository = join(__dirname, "..", "..");

/**
 * Holds a generated document to what is checked in. With `UPDATE_DOCS=1` in the environment it is written anew.
 *
 * @param path path in the repository
 * @param text what it should say, but for its format
 */
export async function assertDocument(path: string, text: string): Promise<void> {
  const file = join(repository, path);
  const formatted = await formatDocument(file, text);
  if (process.env.UPDATE_DOCS === "1") {
    writeFileSync(file, formatted);
  }
  assert.equal(
    existsSync(file) ? readFileSync(file, "utf8") : "",
    formatted,
    `${relative(repository, file)} is out of date; UPDATE_DOCS=1 writes it anew`,
  );
}

/** Formats a text as the repository formats the file; one that Prettier does not know stays as it is. */
export async function formatDocument(file: string, text: string): Promise<string> {
  const { inferredParser } = await prettier.getFileInfo(file);
  const options = await prettier.resolveConfig(file);
  return inferredParser === null ? text : prettier.format(text, { ...options, filepath: file });
}
