import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { engineVersion, minimumGoVersion, parseVersion } from "../../../tools/engine/versions";

describe("versions of the engine", () => {
  it("are the same in go.mod", () => {
    const goMod = readFileSync(path.join(__dirname, "../../../tools/engine/go.mod"), "utf8");

    assert.match(goMod, new RegExp(`^\\s*github\\.com/pulumi/pulumi/pkg/v3 v${engineVersion}\\b`, "m"));
    assert.match(goMod, new RegExp(`^go ${minimumGoVersion}$`, "m"));
  });

  it("are found in the output of the CLI", () => {
    assert.equal(parseVersion("v3.259.0\n"), "3.259.0");
    assert.equal(parseVersion("warning: something\n3.260.0-alpha.x1\n"), "3.260.0-alpha.x1");
    assert.equal(parseVersion("no version"), undefined);
  });
});
