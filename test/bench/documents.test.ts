import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { renderChart } from "../../bench/chart";
import { renderReport } from "../../bench/report";
import type { Results } from "../../bench/results";
import { assertDocument } from "../helpers/document";

const values = join(__dirname, "..", "..", "docs", "performance.json");

describe("docs/performance.md and its picture", () => {
  it("show what docs/performance.json says was measured", async () => {
    const results = JSON.parse(readFileSync(values, "utf8")) as Results;
    await assertDocument("docs/performance.md", renderReport(results));
    const chart = renderChart(results);
    await assertDocument("docs/performance.svg", chart);
    assert.equal(renderChart(results), chart, "the chart is the same when a process draws it again");
  });
});
