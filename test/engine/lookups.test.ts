import assert from "node:assert/strict";

import { readWarnings, tabulate, testApiKey, TestStack } from "../helpers/stack";

const canary = "HUNTER2-lookup";

/** A TypeScript program with `lines` in an async function whose result are the outputs. */
function programOf(lines: string): string {
  return `import * as pulumi from "@pulumi/pulumi";
import * as fluents from "pulumi-fluents";
export = async () => {
${lines}
};
`;
}

describe("a lookup", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  async function start(lines: string, options: { env?: NodeJS.ProcessEnv } = {}): Promise<void> {
    stack = await TestStack.create({ program: programOf(lines), programFile: "index.ts", ...options });
  }

  async function readOutputs(): Promise<Record<string, unknown>> {
    return JSON.parse((await stack.pulumi(["stack", "output", "--json"])).stdout) as Record<string, unknown>;
  }

  function addConnection(label: string | undefined, type = "account_connection_rime") {
    return stack.service.add({
      type,
      ...(label !== undefined && { label }),
      description: "made by hand",
      credentials: { key: canary },
      steering_pool: ["+14155550100"],
      account_supports_any_caller_id: true,
      config: { webhook_secret: canary },
    });
  }

  it("finds a connection by id, with all that is no secret", async () => {
    await start(`  const { id } = new pulumi.Config().requireObject<{ id: string }>("wanted");
  const plain = await fluents.getAccountConnection({ id });
  const output = fluents.getAccountConnectionOutput({ id: pulumi.output(id) });
  const label: pulumi.Output<string | undefined> = output.label;
  return { plain, output, label };`);
    const { id, user_id: userId } = addConnection("Rime, shared");
    await stack.pulumi(["config", "set", "--path", "wanted.id", id]);
    const up = await stack.up();
    assert.deepEqual(tabulate(up.requests), ["GET /", "GET /"]);
    const found = {
      id,
      type: "account_connection_rime",
      label: "Rime, shared",
      description: "made by hand",
      userId,
      steeringPool: ["+14155550100"],
      accountSupportsAnyCallerId: true,
    };
    assert.deepEqual(await readOutputs(), { plain: found, output: found, label: "Rime, shared" });
    assert.ok(!(up.output + (await stack.exportState(true))).includes(canary));
  });

  it("finds connections by type and label, over all pages", async () => {
    await start(`  const ids = ({ connections }: fluents.GetAccountConnectionsResult) => connections.map(({ id }) => id);
  const all = await fluents.getAccountConnections();
  const { Rime } = fluents.AccountConnectionType;
  return {
    count: all.connections.length,
    byType: ids(await fluents.getAccountConnections({ type: Rime })),
    byLabel: fluents.getAccountConnectionsOutput({ label: pulumi.output("Shared") }).apply(ids),
    byBoth: ids(await fluents.getAccountConnections({ type: Rime, label: "Shared" })),
    byNoLabel: ids(await fluents.getAccountConnections({ type: Rime, label: "" })),
    none: ids(await fluents.getAccountConnections({ label: "shared" })),
  };`);
    for (let index = 0; index < 246; index += 1) {
      addConnection(`other ${index}`, "account_connection_deepgram");
    }
    const both = addConnection("Shared").id;
    const label = addConnection("Shared", "account_connection_openai").id;
    const type = addConnection("other").id;
    const bare = addConnection(undefined).id;
    const up = await stack.up();
    assert.deepEqual(await readOutputs(), {
      count: 250,
      byType: [both, type, bare],
      byLabel: [both, label],
      byBoth: [both],
      byNoLabel: [bare],
      none: [],
    });
    assert.equal(up.requests.length, 6 * 3);
    assert.deepEqual(
      up.requests.slice(0, 3).map(({ query }) => query),
      [
        { page: "1", size: "100" },
        { page: "2", size: "100" },
        { page: "3", size: "100" },
      ],
    );
    assert.ok(!(up.output + (await stack.exportState(true))).includes(canary));
  });

  it("of an id that is not known yet waits for it", async () => {
    await start(`  const made = new fluents.AccountConnection("made", {
    type: fluents.AccountConnectionType.Rime,
    label: "Made here",
    credentials: { rime_api_key: "key" },
  });
  return { label: fluents.getAccountConnectionOutput({ id: made.id }).label };`);
    const preview = await stack.preview();
    assert.match(preview.output, /label: \[unknown\]/);
    assert.deepEqual(preview.requests, []);
    await stack.up();
    assert.deepEqual(await readOutputs(), { label: "Made here" });
  });

  it("sends a request again as the resource does, and warns of long waits", async () => {
    await start(`  return { found: (await fluents.getAccountConnections()).connections.length };`);
    addConnection("c");
    stack.emulator.setFaults([
      { fault: { kind: "status", status: 503, retryAfter: 0 } },
      { fault: { kind: "status", status: 429, retryAfter: 4 } },
    ]);
    const up = await stack.up();
    assert.equal(up.requests.length, 3);
    assert.deepEqual(readWarnings(up.output), [
      "waiting 4 s before attempt 3 of 6: Fluents answered 429 to GET /v1/account_connections/list",
    ]);
  });

  const failures: Readonly<Record<string, { lines: string; message: RegExp; requests: number }>> = {
    "finds nothing": {
      lines: `await fluents.getAccountConnection({ id: "no-such-id" });`,
      message:
        /error: getAccountConnection: Fluents has no connection "no-such-id" in the environment of this API key\. Copy the id.* \(code: not_found\)/,
      requests: 1,
    },
    "finds nothing for an output": {
      lines: `fluents.getAccountConnectionOutput({ id: pulumi.output("no-such-id") });`,
      message: /error: getAccountConnection: Fluents has no connection "no-such-id"/,
      requests: 1,
    },
    "is given no id": {
      lines: `await fluents.getAccountConnection({ id: new pulumi.Config().get("id")! });`,
      message: /error: getAccountConnection: id must be the text of an id, e\.g\. "550e8400-/,
      requests: 0,
    },
    "is given a type that is none": {
      lines: `await fluents.getAccountConnections({ type: "twilio" as fluents.AccountConnectionType });`,
      message:
        /error: getAccountConnections: type is not a type of account connection; the nearest is "account_connection_twilio"/,
      requests: 0,
    },
    "is given a filter that is none": {
      lines: `await fluents.getAccountConnections({ lable: "x" } as fluents.GetAccountConnectionsArgs);`,
      message: /error: getAccountConnections: lable is not an argument; did you mean "label"\?/,
      requests: 0,
    },
  };
  for (const [title, { lines, message, requests }] of Object.entries(failures)) {
    it(`that ${title} ends the program with a plain message`, async () => {
      await start(lines);
      const failed = await stack.preview([], { expectCode: "any" });
      assert.notEqual(failed.code, 0);
      assert.match(failed.output, message);
      assert.equal(failed.requests.length, requests);
      assert.doesNotMatch(failed.output, /^\s+at |node:internal|RunError|FluentsError/m);
    });
  }

  it("says how to set the key, and never shows it", async () => {
    await start(`  return fluents.getAccountConnections();`, {
      env: { FLUENTS_API_KEY: undefined, FLUENTS_MAX_RETRIES: "0" },
    });
    const missing = await stack.preview([], { expectCode: "any" });
    assert.match(
      missing.output,
      /error: getAccountConnections: config fluents:apiKey is missing: run `pulumi config set --secret fluents:apiKey`/,
    );
    await stack.setConfig("fluents:apiKey", testApiKey, true);
    stack.emulator.setFaults([
      { fault: { kind: "status", status: 401, body: { detail: `no access for Bearer ${testApiKey}` } } },
    ]);
    const refused = await stack.preview([], { expectCode: "any" });
    assert.match(refused.output, /getAccountConnections: GET .* Fluents answered 401: no access for Bearer/);
    assert.ok(!refused.output.includes(testApiKey), refused.output);
    const accepted = await stack.preview();
    assert.deepEqual(readWarnings(accepted.output), []);
  });
});
