import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { TestStack, type StackOptions } from "./stack";

const apiKey = "fluents-quickstart-key";

/** The ten lines of a first program, in TypeScript or as an ES module. */
export const quickstartModule = `import * as pulumi from "@pulumi/pulumi";
import * as fluents from "pulumi-fluents";

const config = new pulumi.Config();
const openai = new fluents.AccountConnection("openai", {
  type: fluents.AccountConnectionType.OpenAI,
  label: "OpenAI",
  credentials: { openai_api_key: config.requireSecret("openaiApiKey") },
});
export const connectionId = openai.id;
`;

/** The same as a CommonJS module. */
export const quickstartCommonJs = `const pulumi = require("@pulumi/pulumi");
const fluents = require("pulumi-fluents");

const config = new pulumi.Config();
const openai = new fluents.AccountConnection("openai", {
  type: fluents.AccountConnectionType.OpenAI,
  label: "OpenAI",
  credentials: { openai_api_key: config.requireSecret("openaiApiKey") },
});
exports.connectionId = openai.id;
`;

/** Writes files by path in a folder; values other than text as JSON. */
export function writeFiles(folder: string, files: Readonly<Record<string, unknown>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
  }
}

/** Makes a stack whose address and keys come from its config alone: three `pulumi config set`. */
export async function startQuickstart(options: StackOptions): Promise<TestStack> {
  const stack = await TestStack.create({
    ...options,
    env: { FLUENTS_API_KEY: undefined, FLUENTS_API_URL: undefined },
  });
  await stack.setConfig("fluents:baseUrl", stack.emulator.url);
  await stack.setConfig("fluents:apiKey", apiKey, true);
  await stack.setConfig("openaiApiKey", "sk-quickstart", true);
  return stack;
}

/**
 * Runs the first program of a new user: three `pulumi config set`, `pulumi up`, and a preview that shows no change.
 *
 * @returns what the state says of its connection's provider
 */
export async function runQuickstart(options: StackOptions): Promise<unknown> {
  const stack = await startQuickstart(options);
  try {
    await stack.up();
    const [connection] = stack.emulator.environment(apiKey).list();
    assert.deepEqual(connection?.credentials, { openai_api_key: "sk-quickstart" });
    await stack.preview(["--expect-no-changes"]);
    return (await stack.readResources()).openai?.inputs?.__provider;
  } finally {
    await stack.close();
  }
}
