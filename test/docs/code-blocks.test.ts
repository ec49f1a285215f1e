import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

import { parseAllDocuments } from "yaml";

import { findCodeBlocks, listMarkdownFiles, readCodeBlocks, type CodeBlock } from "./markdown";
import { findTypeErrors } from "./type-check";

/** What is wrong with a block, by its language. `ts` blocks are compiled beside, all at once. */
const checks: Readonly<Record<string, (code: string) => string[]>> = {
  ts: () => [],
  json: (code) => {
    try {
      JSON.parse(code);
      return [];
    } catch (error) {
      return [String(error)];
    }
  },
  yaml: (code) =>
    parseAllDocuments(code).flatMap(({ errors, warnings }) =>
      [...errors, ...warnings].map(({ message }) => message),
    ),
  // What bash does not understand. The tests that follow the READMEs run the commands.
  sh: (code) => {
    const { stderr } = spawnSync("bash", ["-n", "-c", code], { encoding: "utf8" });
    return stderr === "" ? [] : [stderr];
  },
  text: () => [],
  mermaid: () => [],
};

function findErrors({ language = "none", code }: CodeBlock): string[] {
  const check = checks[language];
  return check === undefined ? [`${language} is no language of a block`] : check(code);
}

function findFirstStack(blocks: readonly CodeBlock[]): CodeBlock {
  const found = blocks.find(({ file, language }) => file === "README.md" && language === "ts");
  assert.ok(found, "README.md has no program");
  return found;
}

describe("the code blocks in the documents", function () {
  this.timeout("2 min");

  let blocks: CodeBlock[];

  before(async () => {
    blocks = (await Promise.all(listMarkdownFiles().map(readCodeBlocks))).flat();
  });

  it("name a language, and parse as that", () => {
    assert.deepEqual(
      blocks.flatMap((block) => findErrors(block).map((error) => `${block.place}: ${error}`)),
      [],
    );
    assert.ok(blocks.length > 20);
  });

  it("compile against the installed package where they are TypeScript", async () => {
    const programs = blocks.filter(({ language }) => language === "ts");
    assert.deepEqual(await findTypeErrors(programs, findFirstStack(blocks)), []);
  });

  it("are reported where they are wrong", async () => {
    const fence = (language: string, code: string) => `\`\`\`${language}\n${code}\n\`\`\`\n\n`;
    const text =
      fence(
        "ts",
        'import * as fluents from "pulumi-fluents";\nfluents.getAccountConnections({ lable: "a" });',
      ) +
      fence("ts", "export const label: string = fluents.getAccountConnections;") +
      fence("json", "{ a: 1 }") +
      fence("yaml", "a: 1\na: 2") +
      fence("sh", "if true; then") +
      fence("", "pulumi up") +
      "    pulumi up\n";
    const wrong = await findCodeBlocks("a.md", text);
    assert.equal(wrong.length, 7);
    assert.deepEqual(
      wrong.filter((block) => findErrors(block).length === 1).map(({ place }) => place),
      ["a.md:11", "a.md:15", "a.md:20", "a.md:24", "a.md:28"],
    );
    const errors = await findTypeErrors(wrong.slice(0, 2), findFirstStack(blocks));
    assert.deepEqual(
      errors.map((error) => error.slice(0, error.indexOf(": "))),
      ["a.md:3", "a.md:7"],
    );
  });
});
