import assert from "node:assert/strict";

import { startVault, type VaultEmulator } from "../emulator/vault";
import { startVendors, type VendorEmulator } from "../emulator/vendors";
import { Example } from "../helpers/example";

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
      "fluents/deepgram": deepgramKeys.map((key) => ({ api_key: key })),
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
      secrets: [apiKey, adminKey, vaultToken, ...twilioTokens, ...deepgramKeys],
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
  };
  const readVersions = async () => {
    const { output } = await example.run("pulumi stack output live");
    const live = JSON.parse(output) as Record<string, { version: number; rotatedAt: string }>;
    return Object.fromEntries(Object.entries(live).map(([name, { version }]) => [name, version]));
  };
  const up = async (command = "pulumi up --yes", expectedCode = 0) => {
    const { code, output } = await example.run(command);
    assert.equal(code, expectedCode, output);
    return output;
  };

  it("does what its README says", async () => {
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
            assert.deepEqual(await readVersions(), { twilio: 3, deepgram: 1, openai: 1 });
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
            assert.deepEqual(await readVersions(), { twilio: 3, deepgram: 2, openai: 2 });
          },
        },
      ],
      "pulumi stack output live": { output: [/"twilio":\s*{[^}]*"version":\s*2/] },
      "pulumi stack export | npx ts-node overdue.ts --days 0": {
        code: 1,
        output: [/deepgram: last rotated/, /openai: last rotated/],
      },
    });
  });

  it("keeps the old key live and unrevoked until a rotation succeeds", async () => {
    const revocations = () => takeEvents().filter((event) => event.includes("DELETE"));

    example.emulator.setFaults([{ path: "update", fault: { kind: "status", status: 500 } }]);
    await up("pulumi config set openaiKeyName 2027-01 && pulumi up --yes", 1);
    assert.deepEqual(revocations(), []);
    keyIsLive(2);
    example.emulator.setFaults([]);

    vendors.acceptsMadeKeys = false;
    const refused = await up("pulumi config set openaiKeyName 2027-02 && pulumi up --yes", 1);
    assert.match(refused, /OpenAI does not accept the new credentials \(401\)/);
    assert.deepEqual(revocations(), []);
    keyIsLive(2);

    vendors.acceptsMadeKeys = true;
    await up("pulumi config set openaiKeyName 2027-03 && pulumi up --yes");
    keyIsLive(5);
    assert.deepEqual(
      revocations()
        .map((event) => event.replace(/.*(svc_acct_\d).*/, "$1"))
        .toSorted(),
      ["svc_acct_2", "svc_acct_3", "svc_acct_4"],
    );
    await up("pulumi up --yes --expect-no-changes");
  });
});
