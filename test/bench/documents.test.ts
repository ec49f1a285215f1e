import assert from "node:assert/strict";

import { readDocument, renderDocuments, writeDocuments } from "../../bench/documents";
import type { Results } from "../../bench/results";

describe("docs/performance.md and its picture", () => {
  it("show what docs/performance.json says was measured", async () => {
    const results = JSON.parse(readDocument("performance.json")) as Results;
    if (process.env.UPDATE_DOCS === "1") {
      await writeDocuments(results);
    }
    for (const [name, text] of Object.entries(await renderDocuments(results))) {
      assert.equal(readDocument(name), text, `docs/${name} is out of date; UPDATE_DOCS=1 writes it anew`);
    }
  });
});
