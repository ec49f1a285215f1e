import assert from "node:assert/strict";

import { checkNode, isInRange } from "../../../../provider/cli/doctor/tools";

describe("the check of the tools", () => {
  it("takes the Node.js versions that package.json names", () => {
    for (const version of ["20.19.0", "24.0.0"]) {
      const { findings, value } = checkNode(version);
      assert.equal(value, version);
      assert.deepEqual(
        findings.map(({ level }) => level),
        ["ok"],
      );
    }
    const { findings, value } = checkNode("20.18.3");
    assert.equal(value, undefined);
    assert.deepEqual(
      findings.map(({ level, title }) => [level, title]),
      [["problem", "Node.js 20.18.3 is not >=20.19.0"]],
    );
  });

  it("takes a pre-release for the version that it precedes", () => {
    assert.ok(isInRange("3.260.0-alpha.1", ">=3.216.0"));
    assert.ok(!isInRange("3.215.0", ">=3.216.0"));
  });
});
