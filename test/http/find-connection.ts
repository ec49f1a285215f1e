import { Client } from "../../provider/api/client";
import { Transport } from "../../provider/api/transport";
import { describeError } from "../../provider/errors";
import { Redactor } from "../../provider/redact";
import { readSettings } from "../../provider/settings";

/**
 * Looks one connection up with the settings of the environment, and prints what it found or the error. A process of its
 * own, since Node.js reads proxies and certificates from the environment.
 */
async function main(id: string): Promise<void> {
  const { settings, problems } = readSettings(() => undefined, process.env);
  if (problems !== undefined) {
    throw new Error(problems.join("\n"));
  }
  const transport = new Transport(settings, new Redactor(), {
    warn: (message) => {
      console.error(`warning: ${message}`);
      return Promise.resolve();
    },
    assertWanted: () => Promise.resolve(),
    debug: undefined,
  });
  const connection = await new Client(transport, settings).find(id);
  console.log(connection?.label ?? "not found");
}

main(process.argv[2] ?? "").catch((error: unknown) => {
  console.log(`failed: ${describeError(error)}`);
});
