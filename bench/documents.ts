import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { formatDocument } from "../test/helpers/document";
import { renderChart } from "./chart";
import { renderReport } from "./report";
import type { Results } from "./results";

const docs = join(__dirname, "..", "docs");

/** Writes what a run measured, and the page and the picture that show it. */
export async function writeDocuments(results: Results): Promise<void> {
  const page = join(docs, "performance.md");
  writeFileSync(page, await formatDocument(page, renderReport(results)));
  writeFileSync(join(docs, "performance.svg"), renderChart(results));
  writeFileSync(join(docs, "performance.json"), `${JSON.stringify(results)}\n`);
}
