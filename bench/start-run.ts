import { mkdtempSync } from "node:fs";
import { join } from "node:path";

import { installTypeScriptConsumer } from "../test/helpers/package";
import { writeFiles } from "../test/helpers/quickstart";
import { runCommand } from "../test/helpers/run-command";
import { withoutShortcuts } from "../test/helpers/runtime";
import { TestStack } from "../test/helpers/stack";

/** How a program is written and compiled. */
export type StartKind = "JavaScript" | "TypeScript, type-checked" | "TypeScript, transpiled only";

/** One `preview` without a change. */
export interface StartSample {
  readonly kind: StartKind;
  readonly seconds: number;
}

const typescriptProgram = `import * as fluents from "pulumi-fluents";

new fluents.AccountConnection("deepgram", {
  type: fluents.AccountConnectionType.Deepgram,
  label: "Deepgram",
  credentials: { deepgram_api_key: "key-of-a-benchmark" },
});
`;

const javascriptProgram = typescriptProgram.replace(
  /^import .*$/m,
  'const fluents = require("pulumi-fluents");',
);

const compilerOptions = { target: "es2022", module: "node16", strict: true, skipLibCheck: true };

const projects: Readonly<Record<StartKind, { program: string; files: Readonly<Record<string, unknown>> }>> = {
  JavaScript: { program: javascriptProgram, files: {} },
  "TypeScript, type-checked": {
    program: typescriptProgram,
    files: { "tsconfig.json": { compilerOptions, files: ["index.ts"] } },
  },
  "TypeScript, transpiled only": {
    program: typescriptProgram,
    files: {
      "tsconfig.json": { compilerOptions, "ts-node": { transpileOnly: true }, files: ["index.ts"] },
    },
  },
};

/** Measures what the program's language adds to a `preview` without a change, each kind in turn. */
export async function measureStarts(repetitions: number): Promise<StartSample[]> {
  const parentFolder = await installTypeScriptConsumer();
  // `transpileOnly` counts only where the project has a ts-node of its own.
  await runCommand("npm", ["install", "ts-node@10", "@types/node@20"], {
    cwd: parentFolder,
    env: process.env,
  });
  const stacks: [StartKind, TestStack][] = [];
  const samples: StartSample[] = [];
  try {
    for (const [kind, { program, files }] of Object.entries(projects)) {
      const folder = mkdtempSync(join(parentFolder, "start-"));
      writeFiles(folder, files);
      const programFile = kind === "JavaScript" ? "index.js" : "index.ts";
      const stack = await TestStack.create({ folder, program, programFile, env: withoutShortcuts });
      stacks.push([kind as StartKind, stack]);
      await stack.up();
    }
    for (let repetition = 0; repetition < repetitions; repetition++) {
      for (const [kind, stack] of stacks) {
        const startedAt = performance.now();
        await stack.pulumi(["preview", "--expect-no-changes"]);
        samples.push({ kind, seconds: (performance.now() - startedAt) / 1000 });
      }
    }
  } finally {
    for (const [, stack] of stacks) {
      await stack.close();
    }
  }
  return samples;
}
