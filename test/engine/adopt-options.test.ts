import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import {
  adopt,
  adoptAsJson,
  openai,
  readProgram,
  startEmptyProject,
  twilio,
  type AdoptAnswer,
} from "../helpers/adopt";
import { testApiKey, TestStack } from "../helpers/stack";
import { makeTempFolder } from "../helpers/temp-folder";

describe("the command pulumi-fluents adopt", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  async function start(...options: Parameters<typeof startEmptyProject>): Promise<void> {
    stack = await startEmptyProject(...options);
  }

  it("overwrites a file only by --force, and looks before it sets anything", async () => {
    await start();
    stack.service.add(twilio);
    stack.write("// mine\n");
    const refused = await adopt(stack, ["--out", "index.ts", "--set-config"], { expectCode: 1 });
    assert.match(
      refused.stderr,
      /^error: .*index\.ts exists already, and is left as it is.* \(code: file_exists\)/,
    );
    const missing = await adopt(stack, ["--out", "no/such/folder.ts", "--set-config"], { expectCode: 1 });
    assert.match(missing.stderr, /^error: .*folder\.ts cannot be written/m);
    for (const file of [".", "Pulumi.yaml/index.ts"]) {
      const unwritable = await adopt(stack, ["--out", file, "--force", "--set-config"], { expectCode: 1 });
      assert.match(
        unwritable.stderr,
        /^error: .* cannot be written \((?:it is a|there is no such) folder\)/m,
      );
    }
    assert.deepEqual(JSON.parse((await stack.pulumi(["config", "--json"])).stdout), {});
    assert.equal(readProgram(stack), "// mine\n");
    const { stderr } = await adopt(stack, ["--out", "index.ts", "--force", "--set-config"]);
    assert.match(readProgram(stack), /"twilio-production"/);
    assert.doesNotMatch(stderr, /warning/);
  });

  it("may be run again: with nothing to adopt it leaves the file, and by --force it says what leaves the program", async () => {
    await start();
    stack.service.add(twilio);
    await adopt(stack, ["--out", "index.ts", "--force"]);
    const { stderr } = await adopt(stack, ["--out", "index.ts", "--set-config"]);
    assert.match(stderr, /^1 connection to adopt; written to /m);
    assert.doesNotMatch(stderr, /warning/);
    await stack.up();
    const program = readProgram(stack);
    const again = await adopt(stack, ["--out", "index.ts"]);
    assert.equal(
      again.stderr,
      "0 connections to adopt, 1 managed by stack dev already.\nNothing was written.\n",
    );
    assert.equal(readProgram(stack), program);
    stack.service.add(openai);
    const forced = await adopt(stack, ["--out", "index.ts", "--force", "--set-config"]);
    assert.match(
      forced.stderr,
      /^warning: another program was in .*index\.ts\. The next `pulumi up` deletes what it declared of the stack's 1 resource: /m,
    );
    const { output } = await stack.preview();
    assert.match(output, /\+ 1 to create\n *- 1 to delete/);
  });

  it("answers as JSON: what it wrote, and for each config value where it stands, never the value", async () => {
    await start();
    const { id } = stack.service.add(twilio);
    const { type } = stack.service.add({ ...openai, type: "account_connection_new" });
    await stack.setConfig("twilioProduction_authToken", "another", true);
    const { stdout } = await adopt(stack, ["--json", "--type", "twilio"]);
    const answer = JSON.parse(stdout) as AdoptAnswer;
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
    const forced = await adopt(stack, ["--force", "--type", "twilio"]);
    assert.match(forced.stderr, /^warning: the stack has other values than Fluents/m);
    const { file, program } = await adoptAsJson(stack, ["--type", type, "--out", "more.ts"]);
    assert.equal(file, join(stack.folder, "more.ts"));
    assert.equal(program, undefined);
    assert.equal((await adoptAsJson(stack, ["--label", "nothing"])).program, null);
  });

  it("filters by type and label without changing names, and says so where nothing is left", async () => {
    await start();
    for (const fields of [twilio, { ...twilio, credentials: {} }, openai]) {
      stack.service.add(fields);
    }
    const all = (await adoptAsJson(stack)).connections;
    const names = all.map(({ name }) => name);
    assert.match(names.join(), /^twilio-production-[0-9a-f]{8},twilio-production-[0-9a-f]{8},openai$/);
    const select = async (...args: string[]) => (await adoptAsJson(stack, args)).connections;
    assert.deepEqual(await select("--type", "twilio"), all.slice(0, 2));
    assert.deepEqual(await select("--type", "account_connection_openai"), all.slice(2));
    assert.deepEqual(await select("--type", "OpenAI", "--type", "Twilio"), all);
    assert.deepEqual(await select("--label", "PRODUCTION"), all.slice(0, 2));
    assert.deepEqual(await select("--label", "production", "--type", "openai"), []);
    const nothing = await adopt(stack, ["--label", "no such label"]);
    assert.equal(nothing.stdout, "");
    assert.match(nothing.stderr, /^0 connections to adopt, 3 left out by --label\.\nNothing was written\.$/m);
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
    const { stderr } = await adopt(stack, args, { cwd });
    assert.match(readFileSync(join(cwd, "there.ts"), "utf8"), /"openai"/);
    assert.match(stderr, /^1 connection to adopt; written to /m);
    const { stdout } = await stack.pulumi(["config", "get", "openai_apiKey", "--stack", "other"]);
    assert.equal(stdout, "openai-key-0001\n");
  });

  it("needs no project: the environment has the key; --set-config then says what it lacks", async () => {
    await start();
    stack.service.add(twilio);
    const cwd = makeTempFolder();
    const { stdout } = await adopt(stack, [], { cwd });
    assert.match(stdout, /new fluents\.AccountConnection\("twilio-production"/);
    assert.match(
      (await adopt(stack, ["--set-config"], { cwd, expectCode: 1 })).stderr,
      /^error: --set-config needs a stack/,
    );
    await stack.pulumi(["stack", "unselect"]);
    assert.match(
      (await adopt(stack, ["--set-config"], { expectCode: 1 })).stderr,
      /^error: --set-config needs a stack/,
    );
    const unselected = await adopt(stack);
    assert.equal(unselected.stdout, stdout);
    assert.match(
      unselected.stderr,
      /^warning: no stack is selected, so connections that a stack manages are offered/,
    );
    const env = { ...stack.env, PULUMI_STACK: "nope" };
    assert.match(
      (await adopt(stack, [], { env })).stderr,
      /^warning: the stack that PULUMI_STACK names, "nope", is none of this project, so connections/,
    );
    const refused = await adopt(stack, ["--set-config"], { env, expectCode: 1 });
    assert.match(refused.stderr, /^error: --set-config needs a stack.*`unset PULUMI_STACK`/);
  });

  it("fails with what mends it: without a key, with a wrong one, in the wrong environment", async () => {
    await start({ apiKeys: [testApiKey] }, { FLUENTS_MAX_RETRIES: "0" });
    const fail = async (env: NodeJS.ProcessEnv) => {
      const { stderr, stdout } = await adopt(stack, [], { env: { ...stack.env, ...env }, expectCode: 1 });
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

  it("explains itself, and ends with 2 where it is used wrongly", async () => {
    await start();
    const { stdout } = await adopt(stack, ["--help"]);
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
    const wrong = await adopt(stack, ["--type", "twilo"], { expectCode: 2 });
    assert.match(wrong.stderr, /the nearest is "twilio"/);
    await adopt(stack, ["--no-such-option"], { expectCode: 2 });
    writeFileSync(join(stack.folder, "unused"), "");
    await adopt(stack, ["unused"], { expectCode: 2 });
  });
});
