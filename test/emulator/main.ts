import { helpText, parseCommandLine, type CommandLine } from "./command-line";
import { startEmulator, type EmulatorOptions } from "./emulator";
import { formatJournalEntry } from "./journal";

async function main(): Promise<void> {
  const commandLine = readCommandLine();
  if (commandLine === undefined) {
    process.exitCode = 2;
    return;
  }
  const { help, quiet, options } = commandLine;
  if (help) {
    console.log(helpText);
    return;
  }
  const emulator = await startEmulator({
    ...options,
    ...(!quiet && {
      onSettled: (entry) => {
        console.log(formatJournalEntry(entry));
      },
    }),
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      void emulator.close();
    });
  }
  console.log(describeUse(emulator.url, options));
}

function readCommandLine(): CommandLine | undefined {
  try {
    return parseCommandLine(process.argv.slice(2));
  } catch (error) {
    console.error(`${describeError(error)}\nTry: npm run emulator -- --help`);
    return undefined;
  }
}

function describeUse(url: string, { apiKeys }: EmulatorOptions): string {
  const apiKey = apiKeys === undefined ? "any-key" : "one-of-your-keys";
  return `Fluents emulator at ${url} (Ctrl-C ends it).

Point a stack at it${apiKeys === undefined ? "; each API key opens an environment of its own" : ""}:
  pulumi config set fluents:baseUrl ${url}
  pulumi config set --secret fluents:apiKey ${apiKey}

See its connections:
  curl -H "Authorization: Bearer ${apiKey}" ${url}/v1/account_connections/list
`;
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

main().catch((error: unknown) => {
  const isInUse = (error as { code?: unknown }).code === "EADDRINUSE";
  const mend = isInUse ? "\nGive another --port, or none for a free one." : "";
  console.error(`The emulator could not start: ${describeError(error)}${mend}`);
  process.exitCode = 1;
});
