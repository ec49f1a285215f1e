import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { prepareEngine } from "../../tools/engine/prepare-engine";
import { engineVersion } from "../../tools/engine/versions";
import { findSecrets } from "../../tools/demo/secrets";
import { drawPicture, pictureFile } from "../../tools/picture/picture";
import { runCommand } from "../helpers/run-command";

const repository = join(__dirname, "..", "..");

/** Longest time that the demo may take once the engine is there, in milliseconds. */
const longestDemoMs = 90_000;

describe("npm run demo", function () {
  this.timeout("10 min");

  it("shows the main job in time, without a secret, leaves the checkout as it was, and is what the README's picture shows", async () => {
    const engine = await prepareEngine();
    const statusBefore = await readStatus();
    const startedAt = performance.now();
    const { stdout, stderr } = await runCommand("npm", ["run", "demo"], {
      cwd: repository,
      env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: "1" },
    });
    const durationMs = performance.now() - startedAt;
    const output = stripVTControlCharacters(stdout + stderr);

    for (const expected of [
      "$ pulumi up --yes --skip-preview",
      "    + 4 created",
      '/v1/account_connections/create {"type":"account_connection_openai","label":"OpenAI, dev","credentials":{"openai_api_key":"[hidden]"}} -> 201',
      "$ pulumi preview --expect-no-changes",
      "  ~ twilioCredentialsVersion: 1 => 2",
      "      ~ credentials: [secret] => [secret]",
      '      ~ label      : "OpenAI, dev" => "renamed by hand"',
      "checked: one update was sent, with the label and the credentials",
      "    - 4 deleted",
      "checked: no secret is in clear on disk or in this output",
      "npm run emulator -- --port",
    ]) {
      assert.ok(output.includes(expected), `the demo should show ${expected}:\n${output}`);
    }
    assert.deepEqual(findSecrets(output), []);
    assert.equal(await readStatus(), statusBefore);
    assert.ok(durationMs < longestDemoMs, `the demo took ${Math.round(durationMs / 1000)} s`);

    const picture = await drawPicture(stdout);
    // Another release of Pulumi may print it otherwise.
    if (engine.version === engineVersion) {
      assert.equal(readFileSync(pictureFile, "utf8"), picture, "`npm run picture` draws it anew");
    }
  });
});

async function readStatus(): Promise<string> {
  const { stdout } = await runCommand("git", ["status", "--porcelain"], {
    cwd: repository,
    env: process.env,
  });
  return stdout;
}
