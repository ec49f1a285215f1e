import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { readProjectName } from "../../../provider/cli/project";
import { makeTempFolder } from "../../helpers/temp-folder";

describe("the name of a project", () => {
  for (const [file, text] of [
    ["Pulumi.yaml", "runtime: nodejs\nname: 'voice.lines' # ours\n"],
    ["Pulumi.json", '{ "runtime": "nodejs", "name": "voice.lines" }'],
  ] as const) {
    it(`is read from ${file}, of a folder above too`, () => {
      const folder = makeTempFolder();
      writeFileSync(join(folder, file), text);
      mkdirSync(join(folder, "below"));
      assert.equal(readProjectName(folder), "voice.lines");
      assert.equal(readProjectName(join(folder, "below")), "voice.lines");
    });
  }

  it("is absent outside a project", () => {
    assert.equal(readProjectName(makeTempFolder()), undefined);
  });
});
