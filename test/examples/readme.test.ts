import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { readCommands } from "../helpers/document-commands";
import { Shell } from "../helpers/shell";
import { makeTempFolder } from "../helpers/temp-folder";

const examples = join(__dirname, "..", "..", "examples");

/** Most lines of a README: a page. */
const longestReadme = 70;

const block = (language: string, ...lines: string[]) => ["```" + language, ...lines, "```"].join("\n");

describe("the README of an example", () => {
  for (const name of readdirSync(examples)) {
    it(`${name}: is a page at most, has only commands that a test runs, and has that test`, () => {
      const text = readFileSync(join(examples, name, "README.md"), "utf8");
      assert.ok(text.trimEnd().split("\n").length <= longestReadme);
      assert.ok(readCommands(text).length > 0);
      const test = join(__dirname, `${name}.test.ts`);
      assert.ok(existsSync(test) && readFileSync(test, "utf8").includes(".followReadme("));
    });
  }
});

describe("readCommands", () => {
  it("splits sh blocks into commands, and takes what they print from the text blocks", () => {
    const text = [
      "# Title",
      block("sh", "first --flag   # why", "", "# a comment", "second \\", "  --more # why"),
      block("text", "prints this", "", "  and … this"),
      block("ts", "pulumi.log;"),
      block("sh", "for n in 1 2; do", "  echo $n", "done", "cat <<END", "a # b", "END"),
    ].join("\n\n");
    assert.deepEqual(readCommands(text), [
      { text: "first --flag   # why", name: "first --flag", line: 4, shown: [], files: [] },
      {
        text: "second \\\n  --more # why",
        name: "second",
        line: 7,
        shown: ["prints this", "and … this"],
        files: [],
      },
      { text: "for n in 1 2; do\n  echo $n\ndone", name: "for n in 1 2; do", line: 22, shown: [], files: [] },
      { text: "cat <<END\na # b\nEND", name: "cat <<END", line: 25, shown: [], files: [] },
    ]);
  });

  it("takes the files that a document tells to write before the next command", () => {
    const text = [
      "Put this in `a.ts`:",
      block("ts", "first();"),
      "Then add this to `a.ts`:",
      block("ts", "second();"),
      block("sh", "one", "two"),
    ].join("\n\n");
    assert.deepEqual(
      readCommands(text, "guide").map(({ files }) => files),
      [
        [
          { path: "a.ts", content: "first();\n", isAdded: false },
          { path: "a.ts", content: "\nsecond();\n", isAdded: true },
        ],
        [],
      ],
    );
    assert.throws(
      () => readCommands("Put this in `a.ts`:\n" + block("ts", "a")),
      /no command follows .* a\.ts/,
    );
  });

  it("refuses a block of a guide that nobody would follow", () => {
    assert.throws(() => readCommands(block("ts", "a"), "guide"), /line 1: it is not said in which file/);
    assert.throws(() => readCommands(block("bash", "a"), "guide"), /a block in "bash"/);
    assert.deepEqual(readCommands(`Run \`pulumi up\`.\n${block("mermaid", "a --> b")}`, "guide"), []);
  });

  it("refuses commands that no test would run", () => {
    for (const [text, reason] of [
      [block("bash", "pulumi up"), /a block in "bash"/],
      [block("", "pulumi up"), /a block in ""/],
      ["```sh\npulumi up", /no end/],
      [block("sh", "for n in 1 2; do"), /bash does not understand/],
      ["Run `pulumi destroy` then.", /"pulumi destroy" is in no "sh" block/],
      ["    npm run emulator", /is in no "sh" block/],
      ["~~~\npulumi up\n~~~", /a block in ""/],
    ] as const) {
      assert.throws(() => readCommands(text), reason);
    }
    assert.equal(readCommands(`${block("sh", "pulumi up --yes")}\n\n\`pulumi up\` is quick.`).length, 1);
  });
});

describe("a shell", () => {
  it("keeps variables and the folder, gives input to the command, and tells how it ended", async () => {
    const shell = new Shell(makeTempFolder(), process.env);
    try {
      assert.deepEqual(await shell.run("mkdir sub && cd sub && plain=1 && export other=2"), {
        code: 0,
        output: "",
      });
      assert.deepEqual(await shell.run('echo "$plain$other ${PWD##*/}"; cat >&2; false', "typed"), {
        code: 1,
        output: "12 sub\ntyped",
      });
      await assert.rejects(shell.run("echo last; exit 3"), /ended the shell:\nlast/);
    } finally {
      await shell.close();
    }
  });
});
