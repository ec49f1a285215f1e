import type { Finding, Level } from "./finding";

const marks: Readonly<Record<Level, string>> = {
  ok: "ok",
  notice: "note",
  problem: "WRONG",
  skipped: "skip",
};

const markWidth = Math.max(...Object.values(marks).map((mark) => mark.length)) + 1;

/** Whether nothing is wrong. */
export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ level }) => level !== "problem");
}

/** A line for each finding, with its detail and its mend below, and a summary in the end. */
export function formatText(findings: readonly Finding[]): string {
  return [...findings.flatMap(formatFinding), summarize(findings), ""].join("\n");
}

/** `{ ok, findings }`. */
export function formatJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ ok: isHealthy(findings), findings }, undefined, 2)}\n`;
}

function formatFinding({ level, title, detail, mend }: Finding): string[] {
  const below = [...(detail ?? "").split("\n"), ...(mend === undefined ? [] : `mend: ${mend}`.split("\n"))];
  return [
    `${marks[level].padEnd(markWidth)}${title}`,
    ...below.filter((line) => line !== "").map((line) => `${" ".repeat(markWidth + 2)}${line}`),
  ];
}

function summarize(findings: readonly Finding[]): string {
  const count = (level: Level, word: string): string[] => {
    const number = findings.filter((finding) => finding.level === level).length;
    return number === 0 ? [] : [`${number} ${word}${number === 1 ? "" : "s"}`];
  };
  const counts = [
    ...count("problem", "problem"),
    ...count("notice", "note"),
    ...count("skipped", "skipped check"),
  ];
  return counts.length === 0 ? "nothing is wrong" : counts.join(", ");
}
