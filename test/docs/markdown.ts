import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Root of this repository. */
export const repository = join(__dirname, "..", "..");

/** A block of code in a Markdown file. */
export interface CodeBlock {
  /** Path of the file in the repository. */
  readonly file: string;
  /** Number of the block's first line of code. */
  readonly line: number;
  /** The file and the line, to name it in a message. */
  readonly place: string;
  /** Absent from an indented block too. */
  readonly language: string | undefined;
  readonly code: string;
}

/** Paths of all Markdown files of the repository, but for the report that API Extractor writes. */
export function listMarkdownFiles(): string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "*.md"];
  const output = execFileSync("git", args, { cwd: repository, encoding: "utf8" });
  return output.split("\n").filter((file) => file !== "" && !file.startsWith("etc/"));
}

/** Reads the code blocks of a Markdown file in the repository. */
export async function readCodeBlocks(file: string): Promise<CodeBlock[]> {
  return findCodeBlocks(file, readFileSync(join(repository, file), "utf8"));
}

/** Finds the code blocks of a Markdown text. */
export async function findCodeBlocks(file: string, markdown: string): Promise<CodeBlock[]> {
  const { fromMarkdown } = await import("mdast-util-from-markdown");
  const { visit } = await import("unist-util-visit");
  const blocks: CodeBlock[] = [];
  visit(fromMarkdown(markdown), "code", ({ lang, value, position }) => {
    const line = (position?.start.line ?? 0) + 1;
    blocks.push({ file, line, place: `${file}:${line}`, language: lang ?? undefined, code: value });
  });
  return blocks;
}
