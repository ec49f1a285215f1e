import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { ENGINE_VERSION, isAtLeast, MINIMUM_GO_VERSION, parseVersion } from "../../../tools/engine/versions";

describe("versions of the engine", () => {
  it("are the same in go.mod", () => {
    const goMod = readFileSync(path.join(__dirname, "../../../tools/engine/go.mod"), "utf8");

    assert.match(goMod, new RegExp(`^\\s*github\\.com/pulumi/pulumi/pkg/v3 v${ENGINE_VERSION}\\b`, "m"));
    assert.match(goMod, new RegExp(`^go ${MINIMUM_GO_VERSION}$`, "m"));
  });

  it("are compared as numbers", () => {
    assert.equal(isAtLeast("3.216.0", "3.216.0"), true);
    assert.equal(isAtLeast("3.1000.0", "3.216.0"), true);
    assert.equal(isAtLeast("4.0.0-alpha.1", "3.216.0"), true);
    assert.equal(isAtLeast("3.99.9", "3.216.0"), false);
    assert.equal(isAtLeast("2.300.0", "3.216.0"), false);
  });

  it("are found in the output of the CLI", () => {
    assert.equal(parseVersion("v3.259.0\n"), "3.259.0");
    assert.equal(parseVersion("warning: something\n3.260.0-alpha.x1\n"), "3.260.0-alpha.x1");
    assert.equal(parseVersion("no version"), undefined);
  });
});
