import assert from "node:assert/strict";
import { existsSync } from "node:fs";

import type { FaultPlan } from "../emulator/faults";
import { assertNoCanary, canary, makeSecret } from "../helpers/canary";
import { runCli } from "../helpers/cli";
import { spyOnPulumi } from "../helpers/pulumi-spy";
import { programOfMany, TestStack } from "../helpers/stack";

const [apiKey, otherKey, credential, configured, structured, passphrase, label] = [
  "key",
  "other-key",
  "credential",
  "configured",
  "structured",
  "passphrase",
  "label",
].map(makeSecret) as [string, string, string, string, string, string, string];

/** The service says in an error everything that it should keep to itself. */
function echo(path: "list" | "get", status: number): FaultPlan {
  const said = [
    JSON.stringify({ credential, configured, structured, label }),
    `authorization: Bearer ${apiKey}`,
    encodeURIComponent(credential),
    Buffer.from(apiKey).toString("base64"),
  ].join(" ");
  return [{ path, times: Infinity, fault: { kind: "status", status, body: { detail: said } } }];
}

describe("a secret in a project that the doctor checks", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  it("is in no output and on no command line, whatever is wrong", async () => {
    stack = await TestStack.create({
      program: programOfMany({
        c: '{ type: "account_connection_rime", label: config.requireSecret("label"), credentials: { key: config.requireSecret("credential") } }',
      }),
      hasPassphrase: true,
      env: {
        PULUMI_CONFIG_PASSPHRASE: passphrase,
        FLUENTS_API_KEY: undefined,
        FLUENTS_MAX_RETRIES: "0",
        FLUENTS_DEBUG: "1",
      },
    });
    for (const [key, value] of Object.entries({ "fluents:apiKey": apiKey, label, credential, configured })) {
      await stack.setConfig(key, value, true);
    }
    await stack.pulumi(["config", "set", "--secret", "--path", "nested.list[0]"], { input: structured });
    await stack.up();
    const service = stack.emulator.environment(apiKey);
    const [connection] = service.list();
    assert.equal(connection?.label, label);
    const spy = spyOnPulumi(stack, "GARBLE", `"$PULUMI" "$@" | tr '}' ']'`);

    const outputs: Record<string, string> = {};
    const run = async (title: string, expectCode: number, env: NodeJS.ProcessEnv = {}, args = ["--json"]) => {
      const { output } = await runCli(stack, ["doctor", ...args], {
        env: { ...spy.env, ...env },
        expectCode,
      });
      outputs[title] = output;
    };

    await run("a healthy project", 0);
    await run("a healthy project, as text", 0, {}, []);
    await run("another key in the environment", 0, { FLUENTS_API_KEY: otherKey });
    service.add({
      type: "account_connection_rime",
      label: `their ${label}`,
      credentials: { key: credential },
    });
    await run("a connection that nobody manages", 0);
    for (const status of [400, 401, 403, 404, 500]) {
      stack.emulator.setFaults(echo("list", status));
      await run(`a list that fails with ${status}`, 1);
    }
    stack.emulator.setFaults([
      ...(echo("get", 500) as []),
      { path: "list", times: Infinity, fault: { kind: "override", fields: { items: [] } } },
    ]);
    await run("a get that fails", 1);
    stack.emulator.setFaults([
      { path: "list", times: Infinity, fault: { kind: "override", fields: { items: [credential] } } },
    ]);
    await run("a list that is none", 1);
    stack.emulator.setFaults([]);
    service.remove(connection.id);
    await run("a connection that is gone", 1);
    await run("a connection that is gone, as text", 1, {}, []);
    await run("no passphrase", 1, { PULUMI_CONFIG_PASSPHRASE: undefined });
    await run("another passphrase", 1, { PULUMI_CONFIG_PASSPHRASE: `${passphrase}-2` });
    await run("no answer", 1, { FLUENTS_API_URL: "http://127.0.0.1:1" });
    await run("an address with a password", 1, { FLUENTS_API_URL: `https://user:${canary}@localhost` });
    await run("a configuration that is none", 1, { GARBLE: "config" });
    await run("a state that is none", 1, { GARBLE: "export" });
    await stack.setConfig("fluents:apiKey", apiKey);
    await run("a key in clear", 1);
    await stack.setConfig("fluents:apiKey", `${apiKey} ${canary}`, true);
    await run("a key that is none", 1);

    const commands = spy.readCommandLines();
    assert.match(commands, /^pulumi config --json --show-secrets --stack dev /m);
    assert.ok(!existsSync("/proc/self/cmdline") || commands.includes("pulumi-fluents doctor --json"));
    assert.equal(Object.keys(outputs).length, 21);
    assertNoCanary({ ...outputs, commands });
  });
});
