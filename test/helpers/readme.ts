import { spawnSync } from "node:child_process";

/** A command of a README. */
export interface ReadmeCommand {
  /** As it is written, comments and further lines included. */
  readonly text: string;
  /** Its first line without comment: what tests call it by. */
  readonly name: string;
  /** Number of its first line in the README. */
  readonly line: number;
  /** Lines that the README says it prints, from the `text` block below it; `…` stands for anything. */
  readonly shown: string[];
}

/** Languages of blocks that are no commands. `text` shows what the command above prints. */
const shownLanguages = new Set(["ts", "json", "yaml", "text"]);

const commandWords = "pulumi|pulumi-fluents|npm|npx|node|git|curl";

/**
 * Reads the commands in the `sh` blocks of a README, in order.
 *
 * @throws if it has a command elsewhere: in a block in another shell language or in none, in an indented block, or in the
 * prose, unless that one is a part of a command in an `sh` block
 */
export function readCommands(markdown: string): ReadmeCommand[] {
  const commands: ReadmeCommand[] = [];
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
      commands.push(...splitCommands(block, start + 1));
    } else if (!shownLanguages.has(language)) {
      throw new Error(
        `line ${start}: a block in ${JSON.stringify(language)}; commands belong in "sh" blocks`,
      );
    } else if (language === "text") {
      commands.at(-1)?.shown.push(...block.map((text) => text.trim()).filter((text) => text !== ""));
    }
  }
  assertNoOtherCommand(prose, commands);
  return commands;
}

/** Leaves it to bash to say where a command ends: after continued lines, at the end of a loop or here-document. */
function splitCommands(block: readonly string[], firstLine: number): ReadmeCommand[] {
  const commands: ReadmeCommand[] = [];
  let pending: string[] = [];
  for (const [index, line] of block.entries()) {
    pending.push(line);
    const text = pending.join("\n");
    if (line.endsWith("\\") || !isComplete(text)) {
      continue;
    }
    const [name = ""] = pending.map((part) => part.replace(/(^|\s)#(\s.*)?$|\\$/, "").trim());
    if (name !== "") {
      commands.push({ text, name, line: firstLine + index + 1 - pending.length, shown: [] });
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

function assertNoOtherCommand(prose: readonly string[], commands: readonly ReadmeCommand[]): void {
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
