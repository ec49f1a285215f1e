import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { AccountConnectionType } from "../../provider/account-connection-type";
import {
  adopt,
  adoptAsJson,
  openai,
  readProgram,
  startEmptyProject,
  twilio,
  typeCheck,
} from "../helpers/adopt";
import { tabulate, tabulateOf, TestStack } from "../helpers/stack";

const types = Object.values(AccountConnectionType);
describe("what pulumi-fluents adopt makes of an account", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  async function start(...options: Parameters<typeof startEmptyProject>): Promise<void> {
    stack = await startEmptyProject(...options);
  }

  it("leaves masked credentials to the user, and each connection is then updated once at most", async () => {
    await start({ credentials: "masked" });
    const secrets = new Map<string, string>();
    for (const [index, type] of types.entries()) {
      const secret = `secret-of-${type}`;
      const { id } = stack.service.add({ type, label: `Number ${index}`, credentials: { api_key: secret } });
      secrets.set(id, secret);
    }
    const { stderr } = await adopt(stack, ["--out", "index.ts", "--force", "--set-config"]);
    assert.match(
      stderr,
      new RegExp(`^Fluents masks ${types.length} values\\. Set the true ones before \`pulumi up\``, "m"),
    );
    assert.match(stderr, /^ {2}pulumi config set --secret number0_apiKey$/m);
    assert.match(
      readProgram(stack),
      /^\/\/ Fluents masks these, set their true values first: number0_apiKey$/m,
    );
    await typeCheck(stack);
    assert.match(
      (await stack.up([], { expectCode: "any" })).output,
      /Missing required configuration variable/,
    );

    const { connections } = await adoptAsJson(stack);
    for (const { config } of connections) {
      assert.deepEqual(
        config.map(({ status }) => status),
        ["masked"],
      );
    }
    await stack.setConfigs(
      Object.fromEntries(connections.map(({ id, config }) => [config[0]?.key ?? "", secrets.get(id) ?? ""])),
    );
    const filledIn = (await adoptAsJson(stack)).connections.flatMap(({ config }) => config);
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
    assert.equal((await adoptAsJson(stack)).managedCount, types.length);
  });

  it("does not manage credentials that Fluents does not show, and says so", async () => {
    await start({ credentials: "missing" });
    const { id } = stack.service.add(twilio);
    const { requests, stderr } = await adopt(stack, ["--out", "index.ts", "--force"]);
    assert.deepEqual(tabulate(requests), ["GET /list", "GET /"]);
    assert.match(stderr, /^1 connection has arguments that are not managed/m);
    assert.match(readProgram(stack), /^\/\/ Not managed: credentials: Fluents does not show them;/m);
    await typeCheck(stack);
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
        masked: { api_key: "****wxyz", other: 1 },
        plain: { list: [null, "", {}] },
      },
    });
    const before = stack.service.list();
    await adopt(stack, ["--out", "index.ts", "--force", "--set-config"]);
    await typeCheck(stack);
    const program = readProgram(stack);
    assert.match(program, /description: config\.requireSecret\("twilioProduction_description"\)/);
    assert.match(program, /"twilioProduction_configWebhookAuthToken"/);
    assert.match(program, /config\.requireSecretNumber\("twilioProduction_configKeys1"\)/);
    assert.match(program, /^\/\/ Not managed: config\.masked: Fluents masks a value in it$/m);
    assert.doesNotMatch(program, /auth-token-0001|webhook-token-1|a-key|\*{4}|wxyz|AC0001/);
    assert.deepEqual(tabulate((await stack.up()).requests), ["GET /"]);
    await stack.preview(["--expect-no-changes"]);
    await stack.preview(["--expect-no-changes", "--refresh"]);
    assert.deepEqual(stack.service.list(), before);
  });

  it("prints the program where no file is named, and the commands beside it", async () => {
    await start();
    stack.service.add(twilio);
    const { stdout, stderr } = await adopt(stack);
    stack.write(stdout);
    await typeCheck(stack);
    assert.deepEqual(stderr.match(/^ {2}pulumi config set --secret .*$/gm), [
      "  pulumi config set --secret twilioProduction_accountSid",
      "  pulumi config set --secret twilioProduction_authToken",
    ]);
    assert.match(stderr.trimEnd(), /\nNext: .*`pulumi preview`.*`pulumi up`\.$/);
    await stack.setConfig("twilioProduction_accountSid", "AC0001", true);
    await stack.setConfig("twilioProduction_authToken", "auth-token-0001", true);
    assert.deepEqual(tabulate((await stack.up()).requests), ["GET /"]);
  });

  it("leaves other values of the stack's configuration alone, unless it is forced", async () => {
    await start();
    stack.service.add(twilio);
    await stack.setConfig("twilioProduction_accountSid", "AC0001");
    await stack.setConfig("twilioProduction_authToken", "another", true);
    const { stderr } = await adopt(stack, ["--set-config"]);
    assert.match(
      stderr,
      /^warning: the stack has other values than Fluents .*\n {2}pulumi config set --secret twilioProduction_authToken$/m,
    );
    assert.equal((await stack.pulumi(["config", "get", "twilioProduction_authToken"])).stdout, "another\n");
    // What was there in clear is a secret now.
    assert.doesNotMatch(readFileSync(join(stack.folder, "Pulumi.dev.yaml"), "utf8"), /AC0001/);
    await adopt(stack, ["--set-config", "--force"]);
    const forced = await stack.pulumi(["config", "get", "twilioProduction_authToken"]);
    assert.equal(forced.stdout, "auth-token-0001\n");
  });

  it("takes no name that the stack has already, of a lookup neither", async () => {
    await start();
    const { id } = stack.service.add(openai);
    stack.write(`import { AccountConnection } from "pulumi-fluents";
AccountConnection.get("openai", "${id}");
`);
    await stack.up();
    const { connections } = await adoptAsJson(stack);
    assert.deepEqual(
      connections.map(({ name }) => name),
      [`openai-${id.slice(0, 8)}`],
    );
  });

  it("goes on without a connection that cannot be read", async () => {
    await start();
    const { id } = stack.service.add(twilio);
    stack.service.add(openai);
    stack.emulator.configure({ credentials: "missing" });
    stack.emulator.setFaults([{ path: "get", id, fault: { kind: "override", fields: { label: 5 } } }]);
    const { stderr, stdout } = await adopt(stack);
    assert.match(stderr, new RegExp(`^warning: left out connection ${id}: GET .* label: `, "m"));
    assert.match(stdout, /"openai"/);
    assert.doesNotMatch(stdout, /"twilio/);
  });
});
