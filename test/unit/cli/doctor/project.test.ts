import assert from "node:assert/strict";

import { checkProject } from "../../../../provider/cli/doctor/project";
import { writeFiles } from "../../../helpers/quickstart";
import { makeTempFolder } from "../../../helpers/temp-folder";

describe("the check of the project", () => {
  it("is content with a program that Node.js or Bun runs, and with no other", () => {
    for (const [runtime, level] of [
      ["nodejs", "ok"],
      ["bun", "ok"],
      ["python", "problem"],
    ] as const) {
      const folder = makeTempFolder();
      writeFiles(folder, { "Pulumi.yaml": `name: test-project\nruntime: ${runtime}\n` });
      const { findings, value } = checkProject(folder);
      assert.deepEqual([runtime, ...findings.map((finding) => finding.level)], [runtime, level]);
      assert.equal(value?.programFolder, level === "ok" ? folder : undefined);
    }
  });
});
