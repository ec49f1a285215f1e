import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { AccountConnectionType } from "../../provider/account-connection-type";
import type { EmulatorOptions } from "../emulator/emulator";
import { runCli, typeCheck } from "../helpers/cli";
import { tabulate, tabulateOf, testApiKey, TestStack } from "../helpers/stack";
import { makeTempFolder } from "../helpers/temp-folder";

const types = Object.values(AccountConnectionType);
const twilio = {
  type: AccountConnectionType.Twilio,
  label: "Twilio, production",
  credentials: { twilio_account_sid: "AC0001", twilio_auth_token: "auth-token-0001" },
};
const openai = {
  type: AccountConnectionType.OpenAI,
  label: "OpenAI",
  credentials: { openai_api_key: "openai-key-0001" },
};

/** What `--json` answers. */
interface Answer {
  readonly stack: string | null;
  readonly file: string | null;
  readonly program?: string | null;
  readonly connections: readonly {
    readonly id: string;
    readonly type: string;
    readonly name: string;
    readonly variable: string;
    readonly config: readonly { readonly key: string; readonly status: string }[];
    readonly notManaged: readonly { readonly path: string; readonly reason: string }[];
  }[];
  readonly skipped: readonly unknown[];
  readonly managedCount: number;
  readonly filteredCount: number;
}

describe("pulumi-fluents adopt", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  async function start(emulator: EmulatorOptions = {}, env: NodeJS.ProcessEnv = {}): Promise<void> {
    stack = await TestStack.create({ program: "", programFile: "index.ts", emulator, env });
  }

  const adopt = (args: string[] = [], options = {}) => runCli(stack, ["adopt", ...args], options);
  const adoptAsJson = async (args: string[] = []) =>
    JSON.parse((await adopt(["--json", ...args])).stdout) as Answer;
  const readProgram = () => readFileSync(join(stack.folder, "index.ts"), "utf8");

  it("leaves masked credentials to the user, and each connection is then updated once at most", async () => {
    await start({ credentials: "masked" });
    const secrets = new Map<string, string>();
    for (const [index, type] of types.entries()) {
      const secret = `secret-of-${type}`;
      const { id } = stack.service.add({ type, label: `Number ${index}`, credentials: { api_key: secret } });
      secrets.set(id, secret);
    }
    const { stderr } = await adopt(["--out", "index.ts", "--force", "--set-config"]);
    assert.match(stderr, /^Fluents masks 17 values\. Set the true ones before `pulumi up`/m);
    assert.match(stderr, /^ {2}pulumi config set --secret number0_apiKey$/m);
    assert.match(readProgram(), /^\/\/ Fluents masks these, set their true values first: number0_apiKey$/m);
    await typeCheck(stack.folder);
    assert.match(
      (await stack.up([], { expectCode: "any" })).output,
      /Missing required configuration variable/,
    );

    const { connections } = await adoptAsJson();
    for (const { id, config } of connections) {
      assert.deepEqual(
        config.map(({ status }) => status),
        ["masked"],
      );
      await stack.setConfig(config[0]?.key ?? "", secrets.get(id) ?? "", true);
    }
    const filledIn = (await adoptAsJson()).connections.flatMap(({ config }) => config);
    assert.deepEqual([...new Set(filledIn.map(({ status }) => status))], ["set"]);

    const adopted = await stack.up();
    for (const [id, secret] of secrets) {
      assert.deepEqual(tabulateOf(adopted, id), [
        "GET /",
        `POST /update ${JSON.stringify({ credentials: { api_key: secret } })}`,
      ]);
    }
    await stack.preview(["--expect-no-changes"]);
    await stack.preview(["--expect-no-changes", "--refresh"]);
    assert.equal((await adoptAsJson()).managedCount, 17);
  });

  it("does not manage credentials that Fluents does not show, and says so", async () => {
    await start({ credentials: "missing" });
    const { id } = stack.service.add(twilio);
    const { requests, stderr } = await adopt(["--out", "index.ts", "--force"]);
    assert.deepEqual(tabulate(requests), ["GET /list", "GET /"]);
    assert.match(stderr, /^1 connection has arguments that are not managed/m);
    assert.match(readProgram(), /^\/\/ Not managed: credentials: Fluents does not show them;/m);
    await typeCheck(stack.folder);
    assert.deepEqual(tabulateOf(await stack.up(), id), ["GET /"]);
    await stack.preview(["--expect-no-changes"]);
  });

  it("takes secrets of config from the stack too, and leaves the rest of it as it is", async () => {
    await start();
    stack.service.add({
      ...twilio,
      description: `its token is ${twilio.credentials.twilio_auth_token}`,
      config: {
        webhook: { url: "https://example.org", auth_token: "webhook-token-1", max_tokens: 5 },
        keys: ["a-key", 17],
        masked: { api_key: "****1234", other: 1 },
        plain: { list: [null, "", {}] },
      },
    });
    const before = stack.service.list();
    await adopt(["--out", "index.ts", "--force", "--set-config"]);
    await typeCheck(stack.folder);
    const program = readProgram();
    assert.match(program, /description: config\.requireSecret\("twilioProduction_description"\)/);
    assert.match(program, /"twilioProduction_configWebhookAuthToken"/);
    assert.match(program, /config\.requireSecretNumber\("twilioProduction_configKeys1"\)/);
    assert.match(program, /^\/\/ Not managed: config\.masked: Fluents masks a secret in it$/m);
    assert.doesNotMatch(program, /auth-token-0001|webhook-token-1|a-key|1234|AC0001/);
    assert.deepEqual(tabulate((await stack.up()).requests), ["GET /"]);
    await stack.preview(["--expect-no-changes"]);
    await stack.preview(["--expect-no-changes", "--refresh"]);
    assert.deepEqual(stack.service.list(), before);
  });

  it("prints the program where no file is named, and the commands beside it", async () => {
    await start();
    stack.service.add(twilio);
    const { stdout, stderr } = await adopt();
    stack.write(stdout);
    await typeCheck(stack.folder);
    assert.deepEqual(stderr.match(/^ {2}pulumi config set --secret .*$/gm), [
      "  pulumi config set --secret twilioProduction_accountSid",
      "  pulumi config set --secret twilioProduction_authToken",
    ]);
    assert.match(stderr.trimEnd(), /\nNext: .*`pulumi preview`.*`pulumi up`\.$/);
    await stack.setConfig("twilioProduction_accountSid", "AC0001", true);
    await stack.setConfig("twilioProduction_authToken", "auth-token-0001", true);
    assert.deepEqual(tabulate((await stack.up()).requests), ["GET /"]);
  });

  it("overwrites a file only by --force, and looks before it asks for anything", async () => {
    await start();
    stack.service.add(twilio);
    stack.write("// mine\n");
    const refused = await adopt(["--out", "index.ts"], { expectCode: 1 });
    assert.match(refused.stderr, /^error: .*index\.ts exists already, and is left as it is/);
    assert.deepEqual(refused.requests, []);
    assert.equal(readProgram(), "// mine\n");
    await adopt(["--out", "index.ts", "--force"]);
    assert.match(readProgram(), /"twilio-production"/);
    const missing = await adopt(["--out", "no/such/folder.ts"], { expectCode: 1 });
    assert.match(missing.stderr, /^error: .*folder\.ts cannot be written/m);
  });

  it("answers as JSON: what it wrote, and for each config value where it stands, never the value", async () => {
    await start();
    const { id } = stack.service.add(twilio);
    const { type } = stack.service.add({ ...openai, type: "account_connection_new" });
    await stack.setConfig("twilioProduction_authToken", "another", true);
    const { stdout } = await adopt(["--json", "--type", "twilio"]);
    const answer = JSON.parse(stdout) as Answer;
    assert.doesNotMatch(stdout, /auth-token-0001|AC0001|another/);
    assert.match(answer.program ?? "", /new fluents\.AccountConnection\("twilio-production", \{/);
    assert.deepEqual(
      { ...answer, program: undefined },
      {
        program: undefined,
        stack: "dev",
        file: null,
        connections: [
          {
            id,
            type: "account_connection_twilio",
            name: "twilio-production",
            variable: "twilioProduction",
            config: [
              { key: "twilioProduction_accountSid", status: "toSet" },
              { key: "twilioProduction_authToken", status: "differs" },
            ],
            notManaged: [],
          },
        ],
        skipped: [],
        managedCount: 0,
        filteredCount: 1,
      },
    );
    const { file, program } = await adoptAsJson(["--type", type, "--out", "more.ts"]);
    assert.equal(file, join(stack.folder, "more.ts"));
    assert.equal(program, undefined);
    assert.equal((await adoptAsJson(["--label", "nothing"])).program, null);
  });

  it("leaves other values of the stack's configuration alone, unless it is forced", async () => {
    await start();
    stack.service.add(twilio);
    await stack.setConfig("twilioProduction_accountSid", "AC0001");
    await stack.setConfig("twilioProduction_authToken", "another", true);
    const { stderr } = await adopt(["--set-config"]);
    assert.match(
      stderr,
      /^warning: the stack has other values than Fluents .*\n {2}pulumi config set --secret twilioProduction_authToken$/m,
    );
    assert.equal((await stack.pulumi(["config", "get", "twilioProduction_authToken"])).stdout, "another\n");
    // What was there in clear is a secret now.
    assert.doesNotMatch(readFileSync(join(stack.folder, "Pulumi.dev.yaml"), "utf8"), /AC0001/);
    await adopt(["--set-config", "--force"]);
    const forced = await stack.pulumi(["config", "get", "twilioProduction_authToken"]);
    assert.equal(forced.stdout, "auth-token-0001\n");
  });

  it("filters by type and label without changing names, and says so where nothing is left", async () => {
    await start();
    for (const fields of [twilio, { ...twilio, credentials: {} }, openai]) {
      stack.service.add(fields);
    }
    const all = (await adoptAsJson()).connections;
    const names = all.map(({ name }) => name);
    assert.match(names.join(), /^twilio-production-[0-9a-f]{8},twilio-production-[0-9a-f]{8},openai$/);
    const select = async (...args: string[]) => (await adoptAsJson(args)).connections;
    assert.deepEqual(await select("--type", "twilio"), all.slice(0, 2));
    assert.deepEqual(await select("--type", "account_connection_openai"), all.slice(2));
    assert.deepEqual(await select("--type", "OpenAI", "--type", "Twilio"), all);
    assert.deepEqual(await select("--label", "PRODUCTION"), all.slice(0, 2));
    assert.deepEqual(await select("--label", "production", "--type", "openai"), []);
    const nothing = await adopt(["--label", "no such label"]);
    assert.equal(nothing.stdout, "");
    assert.match(
      nothing.stderr,
      /^0 connections to adopt, 3 left out by --type and --label\.\nNothing was written\.$/m,
    );
  });

  it("takes no name that the stack has already, of a lookup neither", async () => {
    await start();
    const { id } = stack.service.add(openai);
    stack.write(`import { AccountConnection } from "pulumi-fluents";
AccountConnection.get("openai", "${id}");
`);
    await stack.up();
    const { connections } = await adoptAsJson();
    assert.deepEqual(
      connections.map(({ name }) => name),
      [`openai-${id.slice(0, 8)}`],
    );
  });

  it("works on the stack that --stack names, in the folder that --cwd names, with the key of its config", async () => {
    await start();
    await stack.pulumi(["stack", "init", "other"]);
    await stack.setConfig("fluents:apiKey", "the-other-key", true);
    await stack.pulumi(["stack", "select", "dev"]);
    stack.emulator.environment("the-other-key").add(openai);
    stack.service.add(twilio);
    mkdirSync(join(stack.folder, "below"));
    const cwd = makeTempFolder();
    const args = [
      "--cwd",
      join(stack.folder, "below"),
      "--stack",
      "other",
      "--out",
      "there.ts",
      "--set-config",
    ];
    const { stderr } = await adopt(args, { cwd });
    assert.match(readFileSync(join(cwd, "there.ts"), "utf8"), /"openai"/);
    assert.match(stderr, /^1 connection to adopt; written to /m);
    const { stdout } = await stack.pulumi(["config", "get", "openai_apiKey", "--stack", "other"]);
    assert.equal(stdout, "openai-key-0001\n");
  });

  it("needs no project: the environment has the key; --set-config then says what it lacks", async () => {
    await start();
    stack.service.add(twilio);
    const cwd = makeTempFolder();
    const { stdout } = await adopt([], { cwd });
    assert.match(stdout, /new fluents\.AccountConnection\("twilio-production"/);
    assert.match(
      (await adopt(["--set-config"], { cwd, expectCode: 1 })).stderr,
      /^error: --set-config needs a stack/,
    );
    await stack.pulumi(["stack", "unselect"]);
    assert.match(
      (await adopt(["--set-config"], { expectCode: 1 })).stderr,
      /^error: --set-config needs a stack/,
    );
    assert.equal((await adopt()).stdout, stdout);
  });

  it("fails with what mends it: without a key, with a wrong one, in the wrong environment", async () => {
    await start({ apiKeys: [testApiKey] }, { FLUENTS_MAX_RETRIES: "0" });
    const fail = async (env: NodeJS.ProcessEnv) => {
      const { stderr, stdout } = await adopt([], { env: { ...stack.env, ...env }, expectCode: 1 });
      assert.equal(stdout, "");
      return stderr;
    };
    assert.match(
      await fail({ FLUENTS_API_KEY: "" }),
      /^error: config fluents:apiKey is missing: run `pulumi config set/,
    );
    assert.match(
      await fail({ FLUENTS_API_KEY: "wrong" }),
      /^error: GET .*list: Fluents answered 401 .*The API key is not/,
    );
    assert.match(
      await fail({ FLUENTS_ENVIRONMENT_CONNECTION_ID: "elsewhere" }),
      /^error: the API key does not see connection elsewhere/,
    );
  });

  it("goes on without a connection that cannot be read", async () => {
    await start();
    const { id } = stack.service.add(twilio);
    stack.service.add(openai);
    stack.emulator.configure({ credentials: "missing" });
    stack.emulator.setFaults([{ path: "get", id, fault: { kind: "override", fields: { label: 5 } } }]);
    const { stderr, stdout } = await adopt();
    assert.match(stderr, new RegExp(`^warning: left out connection ${id}: GET .* label: `, "m"));
    assert.match(stdout, /"openai"/);
    assert.doesNotMatch(stdout, /"twilio/);
  });

  it("explains itself, and ends with 2 where it is used wrongly", async () => {
    await start();
    const { stdout } = await adopt(["--help"]);
    for (const option of [
      "--out",
      "--force",
      "--set-config",
      "--type",
      "--label",
      "--json",
      "--stack",
      "--cwd",
    ]) {
      assert.match(stdout, new RegExp(`${option}\\b`));
    }
    assert.match(stdout, /Exit codes: 0 .*; 1 .*; 2 /);
    const wrong = await adopt(["--type", "twilo"], { expectCode: 2 });
    assert.match(wrong.stderr, /the nearest is "twilio"/);
    await adopt(["--no-such-option"], { expectCode: 2 });
    writeFileSync(join(stack.folder, "unused"), "");
    await adopt(["unused"], { expectCode: 2 });
  });
});
