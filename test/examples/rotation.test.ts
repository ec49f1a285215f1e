import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { startVault, type VaultEmulator } from "../emulator/vault";
import { startVendors, type VendorEmulator } from "../emulator/vendors";
import { Example } from "../helpers/example";
import type { StateResource } from "../helpers/stack";

const apiKey = "canary-fluents-key";
const adminKey = "canary-openai-admin-key";
const vaultToken = "canary-vault-token";
const twilioTokens = ["canary-twilio-token-1", "canary-twilio-token-2"] as const;
const deepgramKeys = ["canary-deepgram-key-1", "canary-deepgram-key-2"] as const;

const person = { NAME: "A. Reader", EMAIL: "reader@example.com" };
const identity = Object.fromEntries(
  Object.entries(person).flatMap(([key, value]) =>
    ["AUTHOR", "COMMITTER"].map((role) => [`GIT_${role}_${key}`, value]),
  ),
);

describe("examples/rotation", function () {
  this.timeout("10 min");

  let example: Example;
  let vault: VaultEmulator;
  let vendors: VendorEmulator;
  /** What reached the vendors and the writes that reached Fluents, in the order of the answers. */
  let events: string[];

  before(async () => {
    events = [];
    vault = await startVault(vaultToken, {
      "fluents/deepgram": [...deepgramKeys.map((key) => ({ api_key: key })), { other: "canary-other" }],
    });
    vendors = await startVendors(({ vendor, method, path, status }) => {
      events.push(`${vendor}: ${method} ${path} ${status}`);
    });
    vendors.accepted.add(adminKey);
    twilioTokens.forEach((token) => vendors.accepted.add(token));
    example = await Example.create("rotation", {
      env: {
        ...identity,
        VAULT_ADDR: vault.url,
        VAULT_TOKEN: vaultToken,
        OPENAI_ADMIN_KEY: adminKey,
        FLUENTS_OPENAI_URL: vendors.url,
        FLUENTS_TWILIO_URL: vendors.url,
        FLUENTS_MAX_RETRIES: "0",
      },
      emulator: {
        onSettled: ({ method, path, status }) => {
          if (method === "POST") {
            events.push(`Fluents: ${path.replace("/v1/account_connections", "")} ${String(status)}`);
          }
        },
      },
      secrets: [apiKey, adminKey, vaultToken, "canary-other", ...twilioTokens, ...deepgramKeys],
    });
  });
  after(async () => {
    await example.close();
    await vault.close();
    await vendors.close();
  });

  const takeEvents = () => events.splice(0);
  const credentialsOf = (vendor: string) =>
    example.emulator
      .environment(apiKey)
      .list()
      .find(({ type }) => type === `account_connection_${vendor}`)?.credentials ?? assert.fail(vendor);
  const tokenIsLive = (index: 0 | 1) => {
    assert.equal(credentialsOf("twilio")["twilio_auth_token"], twilioTokens[index]);
  };
  const keyIsLive = (number: number) => {
    const key = vendors.madeKeys.get(`svc_acct_${number}`);
    assert.equal(credentialsOf("openai")["openai_api_key"], key);
    assert.ok(key !== undefined && vendors.accepted.has(key), "it is revoked");
    vendors.madeKeys.forEach((made) => {
      example.addSecret(made);
    });
  };
  const run = async (command: string, expectedCode = 0) => {
    const { code, output } = await example.run(command);
    assert.equal(code, expectedCode, output);
    return output;
  };
  const readLive = async () =>
    JSON.parse(await run("pulumi stack output live")) as Record<
      "twilio" | "deepgram" | "openai",
      { credentialsVersion: number; credentialsRotatedAt: string }
    >;

  async function followReadme(): Promise<void> {
    const askTwilio = "Twilio: GET /2010-04-01/Accounts/AC00000000000000000000000000000000.json 200";
    const makeKey = "OpenAI: POST /v1/organization/projects/proj_dev/service_accounts 200";
    const askOpenAI = "OpenAI: GET /v1/models 200";
    await example.followReadme({
      "pulumi config set --secret fluents:apiKey": { input: apiKey },
      "pulumi config set --secret twilioAuthToken": twilioTokens.map((input) => ({ input })),
      "pulumi up --yes": [
        {
          output: ["+ 5 created"],
          check: () => {
            const made = takeEvents();
            assert.deepEqual(
              made.toSorted(),
              [askTwilio, makeKey, askOpenAI, ...Array<string>(3).fill("Fluents: /create 201")].toSorted(),
            );
            assert.ok(made.indexOf(makeKey) < made.indexOf(askOpenAI));
            tokenIsLive(0);
            keyIsLive(1);
            assert.deepEqual(credentialsOf("deepgram"), { deepgram_api_key: deepgramKeys[0] });
          },
        },
        {
          output: ["~ 1 updated"],
          check: () => {
            assert.deepEqual(takeEvents(), [askTwilio, "Fluents: /update 201"]);
            tokenIsLive(1);
          },
        },
        {
          output: ["~ 1 updated"],
          check: async () => {
            assert.deepEqual(takeEvents(), [askTwilio, "Fluents: /update 201"]);
            tokenIsLive(0);
            const { twilio, deepgram } = await readLive();
            assert.deepEqual([twilio.credentialsVersion, deepgram.credentialsVersion], [3, 1]);
            assert.ok(Date.parse(twilio.credentialsRotatedAt) > Date.parse(deepgram.credentialsRotatedAt));
          },
        },
        {
          output: ["~ 1 updated"],
          check: () => {
            assert.deepEqual(takeEvents(), ["Fluents: /update 201"]);
            assert.deepEqual(credentialsOf("deepgram"), { deepgram_api_key: deepgramKeys[1] });
          },
        },
        {
          output: ["~ 1 updated", "+-1 replaced"],
          check: async () => {
            assert.deepEqual(takeEvents(), [
              makeKey,
              askOpenAI,
              "Fluents: /update 201",
              "OpenAI: DELETE /v1/organization/projects/proj_dev/service_accounts/svc_acct_1 200",
            ]);
            keyIsLive(2);
            const versions = Object.values(await readLive()).map((live) => live.credentialsVersion);
            assert.deepEqual(versions, [2, 2, 3]);
          },
        },
      ],
      "pulumi stack output live": { output: [/"twilio":\s*{[^}]*"credentialsVersion":\s*2/] },
      "pulumi stack export | npx ts-node overdue.ts --days 0": {
        code: 1,
        output: ["twilio", "deepgram", "openai"].map(
          (name) => new RegExp(`^overdue: ${name}, last sent \\S+, 0 days ago$`, "m"),
        ),
      },
    });
  }

  async function failBetweenTwoSlots(): Promise<void> {
    const rotate = (name: string, expectedCode = 0) =>
      run(`pulumi config set openaiKeyName ${name} && pulumi up --yes --skip-preview`, expectedCode);
    const takeRevoked = () =>
      takeEvents().flatMap((event) => /DELETE .*(svc_acct_\d+) 200$/.exec(event)?.[1] ?? []);

    example.emulator.setFaults([{ path: "update", fault: { kind: "status", status: 500 }, times: 2 }]);
    await rotate("2027-01", 1);
    await rotate("2027-01", 1);
    assert.deepEqual(takeRevoked(), []);
    keyIsLive(2);
    example.emulator.setFaults([]);
    await rotate("2027-01");
    assert.deepEqual(takeEvents(), [
      "OpenAI: GET /v1/models 200",
      "Fluents: /update 201",
      "OpenAI: DELETE /v1/organization/projects/proj_dev/service_accounts/svc_acct_2 200",
    ]);
    keyIsLive(3);

    vendors.acceptsMadeKeys = false;
    const refused = await rotate("2027-02", 1);
    assert.match(refused, /OpenAI does not accept the new credentials \(401\)/);
    assert.deepEqual(takeRevoked(), []);
    keyIsLive(3);
    vendors.acceptsMadeKeys = true;
    await rotate("2027-01");
    assert.deepEqual(takeRevoked().toSorted(), ["svc_acct_3", "svc_acct_4"]);
    keyIsLive(5);
    await run("pulumi up --yes --expect-no-changes");
    example.assertNoSecrets();
  }

  async function failAtVault(): Promise<void> {
    const preview = "pulumi preview --non-interactive";
    assert.match(
      await run(`VAULT_TOKEN=other ${preview}`, 1),
      /Vault: version 2 of secret\/fluents\/deepgram cannot be read \(403\)\. May this VAULT_TOKEN read it\?/,
    );
    assert.match(
      await run(`pulumi config set deepgramVersion 3 && ${preview}`, 1),
      /Vault: version 3 of secret\/fluents\/deepgram has no text in its field api_key\./,
    );
    await run("pulumi config set deepgramVersion 2");
    example.assertNoSecrets();
  }

  async function reportOverdue(): Promise<void> {
    const state = JSON.parse(await run("pulumi stack export")) as {
      deployment: { resources: StateResource[] };
    };
    const { resources } = state.deployment;
    const copy = (name: string, changes: object, more: object = {}) => {
      const resource =
        resources.find(({ urn }) => urn.endsWith("AccountConnection::twilio")) ?? assert.fail();
      const urn = resource.urn.replace("twilio", name);
      resources.push({ ...resource, urn, outputs: { ...resource.outputs, ...changes }, ...more });
    };
    const old = { credentialsRotatedAt: "2020-01-01T00:00:00.000Z" };
    copy("old", old);
    copy("adopted-in-step", { credentialsRotatedAt: null });
    copy("replaced", old, { delete: true });
    copy("without-credentials", { credentialsRotatedAt: null }, { inputs: {} });
    writeFileSync(join(example.folder, "state.json"), JSON.stringify(state));
    const lines = (await run("npx ts-node overdue.ts < state.json", 1)).trim().split("\n");
    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? "", /^overdue: old, last sent 2020-01-01T00:00:00\.000Z, \d+ days ago$/);
    assert.equal(lines[1], "overdue: adopted-in-step, never sent by Pulumi");

    const noState = await run("echo canary-value | npx ts-node overdue.ts", 2);
    assert.match(noState, /^usage: .*\nstandard input has no exported state\n$/);
    assert.match(await run("npx ts-node overdue.ts --days soon", 2), /--days must be a whole number/);
  }

  async function checkEscFiles(): Promise<void> {
    const read = (file: string) => parse(readFileSync(join(example.folder, file), "utf8")) as unknown;
    const { values } = read("esc/environment.yaml") as {
      values: { twilio: object; pulumiConfig: Record<string, string> };
    };
    const { environment, config } = read("esc/stack.yaml") as {
      environment: string[];
      config: Record<string, unknown>;
    };
    assert.deepEqual(environment, ["fluents/production"]);
    assert.deepEqual(Object.keys(values.twilio), ["fn::rotate::external"]);
    assert.equal(values.pulumiConfig["fluents-rotation:twilioAuthToken"], "${twilio.current.authToken}");
    const program = readFileSync(join(example.folder, "index.ts"), "utf8");
    assert.deepEqual(
      [...Object.keys(values.pulumiConfig), ...Object.keys(config)].toSorted(),
      Array.from(
        program.matchAll(/config\.require\w*\("(\w+)"\)/g),
        ([, key = ""]) => `fluents-rotation:${key}`,
      ).toSorted(),
    );
    // Pulumi understands the file, and asks for what it needs.
    assert.match(
      await run("pulumi preview --config-file esc/stack.yaml", 1),
      /does not support environments; Pulumi ESC environments require the Pulumi Cloud backend/,
    );
  }

  it("does what its README says; reports, failures and ESC files are as the README has them too", async () => {
    await followReadme();
    await failBetweenTwoSlots();
    await failAtVault();
    await reportOverdue();
    await checkEscFiles();
  });
});
