import assert from "node:assert/strict";

import { assertNodeVersion, isInRange } from "../../provider/node-version";

describe("the version of Node.js", () => {
  it("is that of package.json or later", () => {
    assertNodeVersion("20.19.0");
    assertNodeVersion("26.0.0");
    assert.throws(() => {
      assertNodeVersion("18.20.8");
    }, /^FluentsError: pulumi-fluents needs Node\.js >=20\.19\.0, and this is 18\.20\.8: install a current release/);
  });

  it("counts, as those of other tools do, as the version that a pre-release precedes", () => {
    assert.ok(isInRange("3.260.0-alpha.1", ">=3.216.0"));
    assert.ok(!isInRange("3.215.0", ">=3.216.0"));
  });
});
