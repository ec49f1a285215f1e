import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import ts from "typescript";

import { packPackage } from "../helpers/package";
import { runCommand } from "../helpers/run-command";
import { makeTempFolder } from "../helpers/temp-folder";
import { repository, type CodeBlock } from "./markdown";

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  noEmit: true,
  typeRoots: [join(repository, "node_modules", "@types")],
  types: ["node"],
};

/** Code of TypeScript's "Cannot find module". */
const cannotFindModule = 2307;

/** A folder with the packed package and Pulumi's, as npm lays them out. */
async function makeConsumer(): Promise<string> {
  const folder = makeTempFolder();
  const installed = join(folder, "node_modules", "pulumi-fluents");
  mkdirSync(installed, { recursive: true });
  const args = ["--extract", "--strip-components=1", "--file", await packPackage(), "--directory", installed];
  await runCommand("tar", args, { cwd: folder });
  symlinkSync(join(repository, "node_modules", "@pulumi"), join(folder, "node_modules", "@pulumi"));
  return folder;
}

/**
 * Type-checks blocks of TypeScript against the packed package. A block with an import is a program. One
 * without goes on from the last program above it on its page, else from `firstStack`: in a scope of its own, so that it
 * may show a name of that program anew. A module beside it is one that a command of the page writes, and is not looked for.
 *
 * @returns what is wrong, each with the place of the line
 */
export async function findTypeErrors(blocks: readonly CodeBlock[], firstStack: CodeBlock): Promise<string[]> {
  const folder = await makeConsumer();
  const modules = new Map<string, { readonly block: CodeBlock; readonly linesBefore: number }>();
  let program = firstStack;
  for (const block of blocks) {
    const isWhole = /^(import|export .* from)\b/m.test(block.code);
    if (/^import\b/m.test(block.code)) {
      program = block;
    } else if (program.file !== block.file) {
      program = firstStack;
    }
    const head = isWhole ? "" : `${program.code}\n{\n`;
    const body = isWhole ? block.code : `${block.code.replace(/^export (?=const\b)/gm, "")}\n}`;
    // Where a block goes on it may `await`, as programs with ES modules can.
    const path = join(folder, `block-${modules.size}.${isWhole ? "ts" : "mts"}`);
    writeFileSync(path, `${head}${body}\n`);
    modules.set(basename(path), { block, linesBefore: head.split("\n").length - 1 });
  }
  const compiled = ts.createProgram(
    [...modules.keys()].map((name) => join(folder, name)),
    options,
  );
  return ts.getPreEmitDiagnostics(compiled).flatMap(({ file, start, code, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, "\n");
    if (code === cannotFindModule && message.includes("'./")) {
      return [];
    }
    const found = modules.get(basename(file?.fileName ?? ""));
    if (file === undefined || found === undefined) {
      return [message];
    }
    const line = file.getLineAndCharacterOfPosition(start ?? 0).line - found.linesBefore;
    // What is wrong in the program above is reported there.
    return line < 0 ? [] : [`${found.block.file}:${found.block.line + line}: ${message}`];
  });
}
