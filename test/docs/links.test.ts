import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { runCommand } from "../helpers/run-command";
import { makeTempFolder } from "../helpers/temp-folder";
import { listMarkdownFiles, repository } from "./markdown";

const remark = join(repository, "node_modules", ".bin", "remark");
const links = join(repository, "node_modules", "remark-validate-links", "index.js");

/** Files and headings that links name and that do not exist, as remark says it. */
async function findBrokenLinks(folder: string, files: readonly string[]): Promise<string> {
  const args = ["--quiet", "--frail", "--no-stdout", "--no-config", "--no-color"];
  const use = ["--use", `${links}=repository:false`];
  const { output } = await runCommand(remark, [...args, ...use, ...files], {
    cwd: folder,
    expectCode: "any",
  });
  return output;
}

describe("the links in the documents", function () {
  this.timeout("1 min");

  it("lead to files and headings that exist", async () => {
    assert.equal(await findBrokenLinks(repository, listMarkdownFiles()), "");
  });

  it("are reported where they lead nowhere", async () => {
    const folder = makeTempFolder();
    writeFileSync(join(folder, "a.md"), "# A\n\n[a](#b) [b](b.md) [c](c.md#no-such) [d](c.md#c)\n");
    writeFileSync(join(folder, "c.md"), "# C\n");
    const output = await findBrokenLinks(folder, ["a.md", "c.md"]);
    for (const text of [
      "heading for `#b`",
      "file `b.md`",
      "heading for `#no-such` in `c.md`",
      "3 warnings",
    ]) {
      assert.ok(output.includes(text), `${text}:\n${output}`);
    }
  });
});
