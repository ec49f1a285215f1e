import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { startEmulator } from "../test/emulator/emulator";
import { runCommand } from "../test/helpers/run-command";
import { testApiKey } from "../test/helpers/stack";
import { makeTempFolder } from "../test/helpers/temp-folder";
import type { Sample } from "./sample";
import type { VerbSlug } from "./verbs";

/** Requests at a time: as many as pulumi-fluents has in flight by default. */
const parallel = 10;

const curl = 'curl --silent --show-error --fail --output /dev/null --config "$HEADERS"';
const each = `xargs -P ${parallel} -I ID`;

/** What a script would do for a verb, where the verb means anything to it. */
const scripts: readonly (readonly [VerbSlug, string])[] = [
  [
    "create",
    `seq "$COUNT" | ${each} ${curl} "$API/create" --data '{"type":"account_connection_twilio","label":"Twilio ID","credentials":{"twilio_account_sid":"AC0","twilio_auth_token":"old-ID"},"steering_pool":["+14155550100"]}'`,
  ],
  ["refresh", `${each} ${curl} "$API?id=ID" < ids`],
  ["rotate-one", `head -n 1 ids | ${each} ${curl} "$API/update?id=ID" --data "$NEW"`],
  ["rotate-all", `${each} ${curl} "$API/update?id=ID" --data "$NEW" < ids`],
];

/** Does with curl what a script can do without Pulumi. */
export async function measureCurl(count: number, latencyMs: number): Promise<Sample[]> {
  const emulator = await startEmulator({ latencyMs });
  const folder = makeTempFolder();
  const headers = join(folder, "headers");
  writeFileSync(
    headers,
    `header = "authorization: Bearer ${testApiKey}"\nheader = "content-type: application/json"\n`,
  );
  const env = {
    ...process.env,
    API: `${emulator.url}/v1/account_connections`,
    COUNT: String(count),
    HEADERS: headers,
    NEW: '{"credentials":{"twilio_account_sid":"AC0","twilio_auth_token":"new"}}',
  };
  const samples: Sample[] = [];
  try {
    for (const [verb, script] of scripts) {
      const before = emulator.journal.length;
      const startedAt = performance.now();
      await runCommand("bash", ["--norc", "-c", `set -o pipefail; ${script}`], { cwd: folder, env });
      const seconds = (performance.now() - startedAt) / 1000;
      samples.push({
        contender: "curl",
        count,
        latencyMs,
        verb,
        seconds,
        requests: emulator.journal.length - before,
      });
      if (verb === "create") {
        const ids = emulator.environment(testApiKey).list();
        writeFileSync(join(folder, "ids"), ids.map(({ id }) => `${id}\n`).join(""));
      }
    }
  } finally {
    await emulator.close();
  }
  return samples;
}
