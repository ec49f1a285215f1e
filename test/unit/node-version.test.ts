import assert from "node:assert/strict";

import { engines } from "../../package.json";
import { assertNodeVersion, minimumNodeVersion } from "../../provider/node-version";

describe("the version of Node.js", () => {
  it("is at least that of package.json", () => {
    assert.equal(`>=${minimumNodeVersion}`, engines.node);
  });

  it("is compared number by number", () => {
    for (const version of ["20.19.0", "20.19.1", "20.100.0", "22.0.0", "100.1.0", "24.0.0-nightly"]) {
      assertNodeVersion(version);
    }
    for (const version of ["18.20.8", "20.18.99", "20.2.0", "8.0.0"]) {
      assert.throws(
        () => {
          assertNodeVersion(version);
        },
        {
          message: new RegExp(
            `^pulumi-fluents needs Node\\.js 20\\.19\\.0 or later, and this is ${version}: install a`,
          ),
        },
      );
    }
  });
});
