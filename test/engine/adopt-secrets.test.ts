import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { FaultPlan } from "../emulator/faults";
import { assertNoCanary, canary, makeSecret } from "../helpers/canary";
import { runCli } from "../helpers/cli";
import { spyOnPulumi } from "../helpers/pulumi-spy";
import { TestStack } from "../helpers/stack";

const [apiKey, credential, nested, configured, setting] = [
  "key",
  "credential",
  "nested",
  "configured",
  "setting",
].map(makeSecret) as [string, string, string, string, string];
const masked = `****${canary}`;

/** The service says in an error everything that it should keep to itself. */
function echo(path: "list" | "get", status: number): FaultPlan {
  const detail = [
    JSON.stringify({ credential, nested, configured, setting, masked }),
    `authorization: Bearer ${apiKey}`,
    encodeURIComponent(credential),
    Buffer.from(credential).toString("base64"),
  ].join(" ");
  return [{ path, fault: { kind: "status", status, body: { detail } } }];
}

describe("a secret of an account that is adopted", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  it("is in no output, not in the program and on no command line, whatever happens", async () => {
    stack = await TestStack.create({
      program: "",
      programFile: "index.ts",
      env: { FLUENTS_API_KEY: undefined, FLUENTS_MAX_RETRIES: "0", FLUENTS_DEBUG: "1" },
    });
    await stack.setConfig("fluents:apiKey", apiKey, true);
    await stack.setConfig("mine", configured, true);
    const service = stack.emulator.environment(apiKey);
    const { id } = service.add({
      type: "account_connection_rime",
      label: `Rime ${credential}`,
      description: `see ${nested}, ${apiKey} and ${configured}`,
      credentials: { rime_api_key: credential, oauth: { list: [nested, 5], note: "" } },
      config: {
        webhook: { token: setting },
        urls: [`https://user:${setting}@example.org`],
        plain: [configured],
      },
    });
    service.add({
      type: "account_connection_twilio",
      label: "Masked",
      credentials: { twilio_auth_token: masked, same: credential },
    });
    const spy = spyOnPulumi(
      stack,
      "FAIL_ON",
      'read=$(cat); printf "%s" "$read"; printf "%s" "$read" >&2; exit 1',
    );

    const texts: Record<string, string> = {};
    const run = async (title: string, args: string[], expectCode = 0, more: NodeJS.ProcessEnv = {}) => {
      const result = await runCli(stack, ["adopt", ...args], { env: { ...spy.env, ...more }, expectCode });
      texts[title] = result.output;
      return result;
    };
    const program = ["--out", "index.ts", "--force"];

    for (const status of [400, 401, 403, 500]) {
      stack.emulator.setFaults(echo("list", status));
      const failed = await run(`a list that fails with ${status}`, program, 1);
      assert.match(failed.stderr, new RegExp(`Fluents answered ${status}`));
    }
    stack.emulator.configure({ credentials: "missing" });
    stack.emulator.setFaults(echo("get", 500));
    await run("a get that fails", program, 1);
    stack.emulator.configure({ credentials: "clear" });
    stack.emulator.setFaults([
      { path: "list", fault: { kind: "override", fields: { items: [credential] } } },
    ]);
    await run("a list that is none", program, 1);
    stack.emulator.setFaults([]);

    await run("the program", []);
    await run("the answer as JSON", ["--json"]);
    const failed = await run("a setting that fails", [...program, "--set-config"], 1, {
      FAIL_ON: "rime_oauthList0",
    });
    assert.match(
      failed.stderr,
      /^error: `pulumi config set --secret rime_oauthList0 --stack dev` failed: \[secret\]/m,
    );
    await run("a configuration that is none", program, 1, { FAIL_ON: "config" });
    await run("setting the configuration", [...program, "--set-config"]);
    await run("the answer as JSON, once all is set", ["--json", "--set-config"]);

    await stack.setConfig("masked_authToken", masked, true);
    const adopted = await stack.up();
    texts.up = adopted.output;
    assert.deepEqual(
      adopted.requests.filter(({ method, query }) => method === "POST" && query.id === id),
      [],
    );
    texts.preview = (await stack.preview(["--expect-no-changes"])).output;

    const commandLines = spy.readCommandLines();
    assert.match(commandLines, /^pulumi config set --secret rime_oauthList0 /m);
    assert.match(
      readFileSync(join(stack.folder, "index.ts"), "utf8"),
      /description: config\.requireSecret\(/,
    );
    for (const file of ["index.ts", "Pulumi.dev.yaml"]) {
      texts[file] = readFileSync(join(stack.folder, file), "utf8");
    }
    assertNoCanary({ ...texts, commandLines });
  });
});
