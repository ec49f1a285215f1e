import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { nameEnvironment } from "../emulator/journal";
import { Example } from "../helpers/example";
import type { ReaderResult, Step } from "../helpers/reader";
import { tabulate } from "../helpers/stack";

const stacks = ["dev", "staging", "production"] as const;
type StackName = (typeof stacks)[number];

const apiKeyOf = (stack: StackName) => `canary-fluents-key-${stack}`;
const tokenOf = (stack: StackName) => `canary-twilio-token-${stack}`;
const openaiKeyOf = (stack: StackName) => `canary-openai-key-${stack}`;

const upOf = (stack: StackName) =>
  `PULUMI_CONFIG_PASSPHRASE_FILE=~/.fluents/${stack} pulumi up --yes --stack ${stack}`;

/** What the committed files say of each environment. */
const expected = {
  dev: { label: "Development", pool: ["+14155550100"], sid: "AC00000000000000000000000000000001" },
  staging: { label: "Staging", pool: ["+14155550110"], sid: "AC00000000000000000000000000000002" },
  production: {
    label: "Production",
    pool: ["+14155550120", "+14155550121"],
    sid: "AC00000000000000000000000000000003",
  },
};

describe("examples/environments", function () {
  this.timeout("10 min");

  let example: Example;
  afterEach(() => example.close());

  const serviceOf = (stack: StackName) => example.emulator.environment(apiKeyOf(stack));
  const listAll = () => stacks.map((stack) => serviceOf(stack).list());
  const find = (stack: StackName, vendor: string) =>
    serviceOf(stack)
      .list()
      .find(({ type }) => type === `account_connection_${vendor}`);
  const read = (folder: string, file: string) => readFileSync(join(folder, file), "utf8");
  const listWrites = ({ requests }: ReaderResult) =>
    tabulate(requests.filter(({ method }) => method === "POST"));

  const create = (stack: StackName): Step => ({
    output: ["+ 3 created"],
    check: (result) => {
      const { label, pool, sid } = expected[stack];
      assert.equal(listWrites(result).length, 2);
      assert.deepEqual(find(stack, "twilio"), {
        ...find(stack, "twilio"),
        label: `Twilio, ${label}`,
        steering_pool: pool,
        credentials: { twilio_account_sid: sid, twilio_auth_token: tokenOf(stack) },
      });
      assert.deepEqual(find(stack, "openai"), {
        ...find(stack, "openai"),
        label: `OpenAI, ${label}`,
        credentials: { openai_api_key: openaiKeyOf(stack) },
        config: { model: "gpt-4o-mini" },
      });
    },
  });

  const promoteTo = (stack: StackName): Step => ({
    output: ["~ 1 updated"],
    check: (result) => {
      assert.deepEqual(listWrites(result), ['POST /update {"config":{"model":"gpt-4.1"}}']);
      for (const { environment } of result.requests) {
        assert.equal(environment, nameEnvironment(apiKeyOf(stack)));
      }
      const models = stacks.map((name) => find(name, "openai")?.config["model"]);
      const reached = stacks.indexOf(stack);
      assert.deepEqual(
        models,
        stacks.map((_, index) => (index <= reached ? "gpt-4.1" : "gpt-4o-mini")),
      );
    },
  });

  it("does what its README says", async () => {
    example = await Example.create("environments", {
      // Pulumi would prefer it to the files that the README makes.
      env: { PULUMI_CONFIG_PASSPHRASE: undefined },
      secrets: stacks.flatMap((stack) => [apiKeyOf(stack), tokenOf(stack), openaiKeyOf(stack)]),
    });
    const markers = stacks.map((stack) => serviceOf(stack).add({ type: "account_connection_rime" }));
    const setUp = (stack: StackName, { id }: { id: string }): Step => ({
      input: [example.emulator.url, id, apiKeyOf(stack), tokenOf(stack), openaiKeyOf(stack), ""].join("\n"),
      check: () => {
        example.addSecret(read(example.home, `.fluents/${stack}`).trim());
      },
    });
    let beforeWrongKey: unknown;

    await example.followReadme({
      ...Object.fromEntries(
        stacks.map((stack, index) => [`./set-up.sh ${stack}`, setUp(stack, markers[index] ?? assert.fail())]),
      ),
      [upOf("dev")]: [create("dev"), promoteTo("dev")],
      [upOf("staging")]: create("staging"),
      [upOf("production")]: [create("production"), promoteTo("production")],
      "pulumi stack select staging": {
        check: () => {
          beforeWrongKey = listAll();
        },
      },
      "pulumi config set --secret fluents:apiKey": [
        { input: apiKeyOf("production") },
        { input: apiKeyOf("staging") },
      ],
      "pulumi up --yes": [
        {
          code: 1,
          check: ({ requests }) => {
            assert.deepEqual(tabulate(requests), ["GET /"]);
            assert.deepEqual(listAll(), beforeWrongKey);
          },
        },
        promoteTo("staging"),
        {
          check: ({ requests }) => {
            assert.deepEqual(requests, []);
          },
        },
      ],
    });

    // The reader's stack is the selected one.
    const outputs = await example.run("pulumi stack output --json");
    assert.deepEqual(JSON.parse(outputs.output), {
      twilioAuthToken: "[secret]",
      twilioConnectionId: find("production", "twilio")?.id,
    });
    const isToken = `test "$(pulumi stack output --show-secrets twilioAuthToken)" = ${tokenOf("production")}`;
    assert.equal((await example.run(isToken)).code, 0);
    const wrongPassphrase = await example.run(
      "cd .. && PULUMI_CONFIG_PASSPHRASE_FILE=~/.fluents/staging pulumi config get twilioAuthToken --stack production",
    );
    assert.match(wrongPassphrase.output, /incorrect passphrase/);
    assert.notEqual(wrongPassphrase.code, 0);

    for (const [index, stack] of stacks.entries()) {
      const config = read(example.folder, `Pulumi.${stack}.yaml`);
      assert.equal(config.match(/ secure: v1:/g)?.length, 3);
      assert.ok(config.includes(`environmentConnectionId: ${markers[index]?.id ?? ""}\n`));
    }
    example.assertNoSecrets();
  });
});
