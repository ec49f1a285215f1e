import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import prettier from "prettier";

import { renderChart } from "./chart";
import { renderReport } from "./report";
import type { Results } from "./results";

const docs = join(__dirname, "..", "docs");

/** The documents about a run, by their name in `docs`. */
export async function renderDocuments(results: Results): Promise<Readonly<Record<string, string>>> {
  const filepath = join(docs, "performance.md");
  const options = await prettier.resolveConfig(filepath);
  return {
    "performance.md": await prettier.format(renderReport(results), { ...options, filepath }),
    "performance.svg": renderChart(results),
  };
}

/** Writes the documents, and the values that they are made of. */
export async function writeDocuments(results: Results): Promise<void> {
  writeFileSync(join(docs, "performance.json"), `${JSON.stringify(results)}\n`);
  for (const [name, text] of Object.entries(await renderDocuments(results))) {
    writeFileSync(join(docs, name), text);
  }
}

/** A document as it is checked in. */
export function readDocument(name: string): string {
  return readFileSync(join(docs, name), "utf8");
}
