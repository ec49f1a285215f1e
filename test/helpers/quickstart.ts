import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { ApiCaller } from "../emulator/api-caller";
import type { JsonObject } from "../emulator/connection";
import { TestStack, type StackOptions } from "./stack";

const apiKey = "fluents-quickstart-key";

/** Never to change: every state ever written holds it. */
const providerLine =
  'exports.handler=()=>require("module").createRequire(process.cwd()+"/")("pulumi-fluents/runtime")';

/** A first program. */
export const quickstartCommonJs = readFileSync(
  join(__dirname, "..", "consumers", "javascript-commonjs", "index.js"),
  "utf8",
);

/** Writes files by path in a folder; values other than text as JSON. */
export function writeFiles(folder: string, files: Readonly<Record<string, unknown>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
  }
}

/** Makes a stack whose address and keys come from its config alone. */
export async function startQuickstart(options: StackOptions): Promise<TestStack> {
  const stack = await TestStack.create({
    ...options,
    env: { FLUENTS_API_KEY: undefined, FLUENTS_API_URL: undefined, ...options.env },
  });
  await stack.pulumi([
    ...["config", "set-all", "--plaintext", `fluents:baseUrl=${stack.emulator.url}`],
    ...["--secret", `fluents:apiKey=${apiKey}`, "--secret", "openaiApiKey=sk-quickstart"],
  ]);
  return stack;
}

/**
 * Runs what a new user runs: `pulumi up`, a preview that shows no change, and `pulumi destroy`. The connection is looked at
 * through the API, as another client does.
 *
 * @param args added to every command
 */
export async function exerciseQuickstart(stack: TestStack, args: readonly string[] = []): Promise<void> {
  await stack.up([...args]);
  const { items } = (await new ApiCaller(stack.emulator, apiKey).list()).body;
  const [connection, ...others] = items as JsonObject[];
  assert.deepEqual(connection?.credentials, { openai_api_key: "sk-quickstart" });
  assert.deepEqual(others, []);
  await stack.preview(["--expect-no-changes", ...args]);
  const { openai, ...rest } = await stack.readResources();
  assert.deepEqual([openai?.id, openai?.inputs?.__provider], [connection.id, providerLine]);
  assert.deepEqual(rest, {});
  const { output } = await stack.destroy([...args]);
  assert.ok(output.includes(`connection ${String(connection.id)} is no longer managed`), output);
}

/** Starts a first program, runs it, and closes what it used. */
export async function runQuickstart(options: StackOptions, args?: readonly string[]): Promise<void> {
  const stack = await startQuickstart(options);
  try {
    await exerciseQuickstart(stack, args);
  } finally {
    await stack.close();
  }
}
