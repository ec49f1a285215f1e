import assert from "node:assert/strict";

import { notice, ok, problem, skipped } from "../../../../provider/cli/doctor/finding";
import { formatJson, formatText, isHealthy } from "../../../../provider/cli/doctor/report";

const findings = [
  ok("Node.js"),
  notice("a proxy", { mend: "`unset HTTPS_PROXY`" }),
  problem("two copies", { detail: "one\nanother", mend: "keep one:\n`npm dedupe`" }),
  skipped("state", "stack"),
];

describe("the report of the doctor", () => {
  it("has a line for each finding, what belongs to it below, and a summary", () => {
    assert.equal(
      formatText(findings),
      [
        "ok    Node.js",
        "note  a proxy",
        "        mend: `unset HTTPS_PROXY`",
        "WRONG two copies",
        "        one",
        "        another",
        "        mend: keep one:",
        "        `npm dedupe`",
        "skip  state: skipped, for what is wrong with the stack above",
        "1 problem, 1 note, 1 skipped check",
        "",
      ].join("\n"),
    );
    assert.equal(formatText([ok("Node.js")]), "ok    Node.js\nnothing is wrong\n");
  });

  it("is one JSON object", () => {
    assert.deepEqual(JSON.parse(formatJson(findings)), { ok: false, findings });
  });

  it("is healthy with notes, and not with a problem", () => {
    assert.equal(isHealthy(findings), false);
    assert.equal(isHealthy(findings.slice(0, 2)), true);
  });
});
