import { readFileSync } from "node:fs";
import { join } from "node:path";

import { readCommands, type DocumentFile } from "../helpers/document-commands";
import { installTypeScriptConsumer } from "../helpers/package";
import { Reader, type ReaderOptions } from "../helpers/reader";

const repository = join(__dirname, "..", "..");

/** Path of the README. */
export const readmeFile = join(repository, "README.md");

/** Folder of the guides. */
export const guidesFolder = join(repository, "docs", "guides");

/** What the reader types when a command asks. */
export const typed = {
  apiKey: "canary-fluents-key",
  token: "canary-twilio-token",
  newToken: "canary-twilio-token-2",
  openaiKey: "canary-openai-key",
};

/** A reader who has followed the README, in the folder of the project that it makes, without the time that this takes. */
export async function beginAfterReadme(options: ReaderOptions = {}): Promise<Reader> {
  const reader = await Reader.begin({ ...options, secrets: Object.values(typed) });
  const dependencies = { "@pulumi/pulumi": "*", "pulumi-fluents": "*", typescript: "*" };
  const program = readProgram();
  await run(reader, "mkdir voice && cd voice");
  await run(reader, `ln -s '${join(await installTypeScriptConsumer(), "node_modules")}' node_modules`);
  await run(reader, "cat > package.json", JSON.stringify({ name: "voice", dependencies }));
  await run(reader, "printf 'name: voice\\nruntime: nodejs\\n' > Pulumi.yaml");
  await run(reader, `cat > ${program.path}`, program.content);
  await run(reader, "pulumi stack init dev");
  await run(reader, "pulumi config set --secret fluents:apiKey", typed.apiKey);
  await run(reader, "pulumi config set twilioAccountSid AC00000000000000000000000000000000");
  await run(reader, "pulumi config set --secret twilioAuthToken", typed.token);
  await run(reader, "pulumi up --skip-preview");
  return reader;
}

async function run(reader: Reader, command: string, input?: string): Promise<void> {
  const { code, output } = await reader.run(command, input);
  if (code !== 0) {
    throw new Error(`\`${command}\` ended with ${code}:\n${output}`);
  }
}

function readProgram(): DocumentFile {
  const commands = readCommands(readFileSync(readmeFile, "utf8"), "guide");
  const [program] = commands.flatMap(({ files }) => files);
  if (program === undefined) {
    throw new Error("the README has no program");
  }
  return program;
}
