import { stripVTControlCharacters } from "node:util";

/** The step of the demo that the picture shows. */
const stepTitle = "Rotate a credential";

/** What stands for the ids of a run, in the order in which they appear. */
const ids = [
  "550e8400-e29b-41d4-a716-446655440000",
  "6fa459ea-ee8a-4ca4-894e-db77e160355e",
  "7d444840-9dc0-41d1-b245-5ffdce74fad2",
];

/** What stands for the times of a run, in the order in which they appear in a line. */
const times = ["2026-10-01T08:00:00.000Z", "2026-11-01T08:00:00.000Z"];

/**
 * Cuts the picture's lines out of what the demo printed: a rotation, from the command that sets the new value to the end of
 * `pulumi up`. What differs between runs (ids, times, durations) is replaced, so that every run gives the same lines.
 *
 * @param output the demo's output, with or without colours
 * @throws if the step is not in it
 */
export function cutScene(output: string): string[] {
  const lines = output.split("\n");
  const plainLines = lines.map((line) => stripVTControlCharacters(line));
  const start = plainLines.findIndex((line) => line.startsWith("===") && line.endsWith(stepTitle));
  const first = plainLines.findIndex((line, index) => index > start && line.startsWith("$ "));
  const last = plainLines.findIndex((line, index) => index > first && line.startsWith("Duration: "));
  if (start < 0 || first < 0 || last < 0) {
    throw new Error(`the demo has no step "${stepTitle}" with a \`pulumi up\``);
  }
  return unifyIds(lines.slice(first, last + 1).map(unifyLine));
}

function unifyLine(line: string): string {
  const plain = stripVTControlCharacters(line);
  const time = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
  if (time.test(plain)) {
    // Pulumi colours what differs in two times, which is another part of them in each run.
    let count = 0;
    const unified = plain.replace(time, () => times[count++] ?? "");
    const colours = line.slice(0, line.indexOf(plain.charAt(0)));
    return colours === "" ? unified : `${colours}${unified}\x1b[0m`;
  }
  return (
    line
      // The type in a URN makes the line longer than the picture is wide.
      .replace(/(\[urn=\S+?)::pulumi-nodejs:\S+?::/, "$1::…::")
      .replace(/^(\S*Duration:\S*) .*$/, "$1 3s")
  );
}

function unifyIds(lines: readonly string[]): string[] {
  const known = new Map<string, string>();
  return lines.map((line) =>
    line.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
      const unified = known.get(id) ?? ids[known.size] ?? id;
      known.set(id, unified);
      return unified;
    }),
  );
}
