import assert from "node:assert/strict";

import { assertDocument } from "../helpers/document";
import { renderReport } from "./matrix-report";
import { MatrixStack, type CellRecord } from "./matrix-stack";
import {
  adoptVerbs,
  configVerbs,
  createVerb,
  orphanVerb,
  refreshVerb,
  rotateVerb,
  scrubVerbs,
  updateVerb,
  type Verb,
} from "./matrix-verbs";

/** Faults after which a creation was certainly not carried out: it is sent again. */
const refusals = ["429", "503"];

describe("the fault matrix", function () {
  this.timeout("10 min");

  const records: CellRecord[] = [];

  async function runVerbs(verbs: readonly Verb[]): Promise<CellRecord[]> {
    const matrix = await MatrixStack.create(verbs);
    try {
      const found = await matrix.run();
      records.push(...found);
      return found;
    } finally {
      await matrix.close();
    }
  }

  it("posts a creation once unless it was refused, and one up mends the rest", async () => {
    for (const { cell, calls, mendingCalls } of await runVerbs([createVerb])) {
      const isRefused = refusals.includes(cell.fault.slug);
      assert.deepEqual(calls, isRefused ? ["create", "create"] : ["create"], cell.name);
      assert.ok(mendingCalls.length === 0 || calls.length > 0, cell.name);
    }
  });

  it("posts no creation again of which nothing is known, and the advice of the guard mends it", async () => {
    for (const { cell, calls, told = "", mendingCalls } of await runVerbs([orphanVerb])) {
      assert.deepEqual([...calls, ...mendingCalls], ["create", "get"], cell.name);
      assert.match(
        told,
        /^it is not known whether the connection was created\. .*Nor could it be looked for/,
      );
    }
  });

  const groups: readonly [title: string, verbs: readonly Verb[]][] = [
    ["adoption", adoptVerbs],
    ["update", [updateVerb]],
    ["rotation", [rotateVerb]],
    ["update of config", configVerbs],
    ["refresh", [refreshVerb]],
    ["scrub", scrubVerbs],
  ];
  for (const [title, verbs] of groups) {
    it(`mends every fault of ${title} by one up`, async () => {
      await runVerbs(verbs);
    });
  }

  it("is what docs/reliability.md says", async () => {
    assert.ok(records.length >= 60, `${records.length} cells`);
    await assertDocument("docs/reliability.md", renderReport(records));
  });
});
