import { spawnSync } from "node:child_process";

/** A command of a document. */
export interface DocumentCommand {
  /** As it is written, comments and further lines included. */
  readonly text: string;
  /** Its first line without comment: what tests call it by. */
  readonly name: string;
  /** Number of its first line in the document. */
  readonly line: number;
  /** Lines that the document says it prints, from the `text` block below it; `…` stands for anything. */
  readonly shown: string[];
  /** What the document tells to write before it, in order. */
  readonly files: readonly DocumentFile[];
}

/** A file that a document tells to write: the block after "Put this in `PATH`:" or "Add this to `PATH`:". */
export interface DocumentFile {
  readonly path: string;
  readonly content: string;
  /** At the end of what is there; else in its place. */
  readonly isAdded: boolean;
}

/**
 * In an `example` each command has to be in a block. In a `guide` the text may name commands, but each block has to be
 * followed.
 */
export type DocumentKind = "example" | "guide";

/** Languages of blocks that are no commands. `text` shows what the command above prints. */
const shownLanguages = new Set(["ts", "json", "yaml", "text", "mermaid"]);

/** Languages of blocks that are files. */
const fileLanguages = new Set(["ts", "json", "yaml"]);

const commandWords = "pulumi|pulumi-fluents|npm|npx|node|git|curl";

/**
 * Reads the commands in the `sh` blocks of a document, in order.
 *
 * @throws if it has a command elsewhere: in a block in another shell language or in none; of an example also in an indented
 * block or in the prose, unless that one is a part of a command in an `sh` block
 * @throws if a block of a guide is neither a command nor a file that a later command works with
 */
export function readCommands(markdown: string, kind: DocumentKind = "example"): DocumentCommand[] {
  const commands: DocumentCommand[] = [];
  let files: DocumentFile[] = [];
  const prose: string[] = [];
  const lines = markdown.split("\n");
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    const fence = /^\s*(`{3,}|~{3,})\s*(.*)$/.exec(line);
    if (fence === null) {
      prose.push(line);
      continue;
    }
    const start = index + 1;
    index = lines.findIndex((other, at) => at >= start && other.trim() === fence[1]);
    const block = lines.slice(start, index);
    if (index < 0) {
      throw new Error(`line ${start}: the block has no end`);
    }
    const language = fence[2] ?? "";
    if (language === "sh") {
      const [first, ...others] = splitCommands(block, start + 1);
      if (first !== undefined) {
        commands.push({ ...first, files }, ...others);
        files = [];
      }
    } else if (!shownLanguages.has(language)) {
      throw new Error(
        `line ${start}: a block in ${JSON.stringify(language)}; commands belong in "sh" blocks`,
      );
    } else if (language === "text") {
      commands.at(-1)?.shown.push(...block.map((text) => text.trim()).filter((text) => text !== ""));
    } else if (fileLanguages.has(language)) {
      const instruction = /\b(put|add) this (?:in|to) `([^`]+)`:$/i.exec(prose.join("\n").trimEnd());
      if (instruction !== null) {
        const [, verb = "", path = ""] = instruction;
        const isAdded = verb.toLowerCase() === "add";
        files.push({ path, isAdded, content: `${isAdded ? "\n" : ""}${block.join("\n")}\n` });
      } else if (kind === "guide") {
        throw new Error(`line ${start}: it is not said in which file this block belongs`);
      }
    }
  }
  if (files.length > 0) {
    throw new Error(`no command follows what is put in ${files.map(({ path }) => path).join(", ")}`);
  }
  if (kind === "example") {
    assertNoOtherCommand(prose, commands);
  }
  return commands;
}

/** Leaves it to bash to say where a command ends: after continued lines, at the end of a loop or here-document. */
function splitCommands(block: readonly string[], firstLine: number): DocumentCommand[] {
  const commands: DocumentCommand[] = [];
  let pending: string[] = [];
  for (const [index, line] of block.entries()) {
    pending.push(line);
    const text = pending.join("\n");
    if (line.endsWith("\\") || !isComplete(text)) {
      continue;
    }
    const [name = ""] = pending.map((part) => part.replace(/(^|\s)#(\s.*)?$|\\$/, "").trim());
    if (name !== "") {
      commands.push({ text, name, line: firstLine + index + 1 - pending.length, shown: [], files: [] });
    }
    pending = [];
  }
  if (pending.length > 0) {
    throw new Error(`line ${firstLine + block.length - pending.length}: bash does not understand this`);
  }
  return commands;
}

function isComplete(text: string): boolean {
  // A here-document without its end is only a warning.
  const { status, stderr } = spawnSync("bash", ["-n", "-c", text], { encoding: "utf8" });
  return status === 0 && stderr === "";
}

function assertNoOtherCommand(prose: readonly string[], commands: readonly DocumentCommand[]): void {
  const indented = prose.find((line) => new RegExp(`^(\\s{4,}|\\s*\\$ )(${commandWords}) `).test(line));
  const inline = Array.from(prose.join("\n").matchAll(/`([^`]+)`/g), ([, code = ""]) => code).find(
    (code) =>
      new RegExp(`^(${commandWords}) `).test(code) && !commands.some(({ text }) => text.includes(code)),
  );
  const other = indented ?? inline;
  if (other !== undefined) {
    throw new Error(`${JSON.stringify(other)} is in no "sh" block, so it is not tested`);
  }
}
