import assert from "node:assert/strict";

import { summariseError } from "./read-errors";
import type { CellRecord } from "./matrix-stack";
import type { Verb } from "./matrix-verbs";

const introduction = `# Reliability

What happens when a request to Fluents fails, operation by operation and fault by fault. Each line was run twice on a
local stand-in of the service, by the real Pulumi engine, with \`fluents:maxRetries\` at 1: once with a single fault, which a
retry can mend, and once with a fault that lasts until it is lifted.

- **one fault**: how it ends.
- **lasting fault**: the first words of what the user is told.
- **requests**: how many requests of that kind reached the service under the lasting fault. Where it is a creation, a second
  one is only ever sent after an answer that says that the first was refused (429, 503).
- **then one \`up\`**: the requests by which the next \`pulumi up\` mends what the lasting fault left, with the fault lifted.

In every cell the run makes sure that after this one \`up\` the program, the state and the service say the same of the
connection, that no connection was made twice, that a refresh finds nothing to change, and that neither the outputs nor the
state file showed a credential or the API key, even where the service quoted them in its error.

Beside the matrix, three runs belong to the same proof:

- **soak** (test/reliability/soak.test.ts): 200 connections while each request fails with probability 0.2. A creation that was
  lost without a trace is not told from one that comes late, so it is left to the next \`up\`, never posted again in the same
  one. The number of \`up\`s is thus one more than a creation is lost in a row: two, or three for about one seed in five. The
  rotation of all 200 and the refresh take at most two. The \`up\`s run with \`--continue-on-error\`, without which Pulumi
  starts nothing more after the first failure.
- **kill** (test/reliability/kill.test.ts, kill-answers.test.ts): \`kill -9\` of the CLI and of the provider at points of
  create, adopt, update, rotation and refresh. After \`pulumi cancel\`, if the lock is left, the next \`up\` converges; where a creation was carried
  out and not saved, it stops at the error \`Fluents has a connection with this type and label already\`, and the line that
  the error prints mends it.
- **Ctrl-C** (test/reliability/interrupt.test.ts): what is in flight ends well, and the next \`up\` does the rest.

The tables are written by \`npm test\`, which fails if they are out of date. To write them anew:

\`\`\`sh
UPDATE_DOCS=1 npx mocha test/reliability/fault-matrix.test.ts
\`\`\`
`;

/** The document, for the cells in the order in which they were run. */
export function renderReport(records: readonly CellRecord[]): string {
  const verbs = [...new Set(records.map(({ cell }) => cell.verb))];
  const sections = verbs.map((verb) =>
    renderVerb(
      verb,
      records.filter(({ cell }) => cell.verb === verb),
    ),
  );
  return [introduction, `${records.length} cells.\n`, ...sections].join("\n");
}

function renderVerb(verb: Verb, records: readonly CellRecord[]): string {
  const rows = verb.faults.map((fault) => {
    const [once, lasting] = (["once", "lasting"] as const).map((round) =>
      records.find(({ cell }) => cell.fault === fault && cell.round === round),
    );
    assert.ok(once && lasting, `${verb.slug}, ${fault.slug}: not run`);
    return [
      fault.title,
      describeEnd(once),
      describeEnd(lasting),
      String(countFaulted(lasting)),
      lasting.mendingCalls.map((call) => `\`${call}\``).join(", ") || "nothing to do",
    ];
  });
  const header = ["fault", "one fault", "lasting fault", "requests", "then one `up`"];
  return [
    `## ${verb.title}`,
    "",
    [`Faults of \`${verb.operation}\`.`, verb.note].filter(Boolean).join(" "),
    "",
    ...[header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`),
    "",
  ].join("\n");
}

function describeEnd(record: CellRecord): string {
  if (record.told !== undefined) {
    return summariseError(record.told);
  }
  return countFaulted(record) > 1 ? "mended by a retry" : "mended by a look at the list";
}

function countFaulted({ cell, calls }: CellRecord): number {
  return calls.filter((call) => call === cell.verb.operation).length;
}
