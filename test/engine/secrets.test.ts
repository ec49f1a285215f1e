import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { constants, gunzipSync } from "node:zlib";

import type { FaultPlan } from "../emulator/faults";
import { assertNoCanary, canary, findCanary, makeSecret } from "../helpers/canary";
import { TestStack } from "../helpers/stack";
import { makeTempFolder } from "../helpers/temp-folder";

const [apiKey, credential, nested, label, remote] = ["key", "credential", "nested", "label", "remote"].map(
  makeSecret,
) as [string, string, string, string, string];

/** Text of every file in a folder, by path, unpacked where it is packed as Pulumi's own logs are. */
function readFiles(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path, unpack(readFileSync(path)).toString("latin1")]),
  );
}

function unpack(content: Buffer): Buffer {
  const isPacked = content.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]));
  return isPacked ? gunzipSync(content, { finishFlush: constants.Z_SYNC_FLUSH }) : content;
}

/** Neither credential is wrapped by `pulumi.secret`. */
function programOf(more = ""): string {
  return `const pulumi = require("@pulumi/pulumi");
const fluents = require("pulumi-fluents");
const config = new pulumi.Config();
const c = new fluents.AccountConnection("c", {
  type: "account_connection_rime",
  label: config.requireSecret("label"),
  credentials: {
    rime_api_key: process.env.CREDENTIAL + config.get("round"),
    oauth: { list: [process.env.NESTED + config.get("round")] },
  },
  ${more}
});
exports.credentials = c.credentials;
exports.nested = c.credentials.apply((credentials) => credentials?.oauth);
exports.label = c.label;
exports.description = c.description;
`;
}

/** The service says in an error everything that it was sent in the second round, the label with `prefix`. */
function echo(status: number, prefix = ""): FaultPlan {
  const sent = { label: prefix + label, rime_api_key: `${credential}2`, oauth: { list: [`${nested}2`] } };
  const said = [
    "cannot store",
    sent.label,
    JSON.stringify(sent),
    new URLSearchParams({ label: sent.label, credential: sent.rime_api_key }).toString(),
    encodeURIComponent(`${nested}2`),
    `authorization: Bearer ${apiKey}`,
    Buffer.from(apiKey).toString("base64"),
    Buffer.from(sent.rime_api_key).toString("base64url"),
  ].join(" ");
  const about = (detail: string) => ({ kind: "status", status, body: { detail } }) as const;
  return [
    { method: "POST", times: Infinity, fault: about(said) },
    { method: "GET", times: Infinity, fault: about(`cannot read; authorization: Bearer ${apiKey}`) },
  ];
}

describe("a secret", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  it("is in no output, no file and no state, whatever happens", async () => {
    const pulumiHome = makeTempFolder();
    stack = await TestStack.create({
      program: programOf(),
      hasPassphrase: true,
      env: {
        PULUMI_HOME: pulumiHome,
        FLUENTS_API_KEY: undefined,
        FLUENTS_MAX_RETRIES: "0",
        CREDENTIAL: credential,
        NESTED: nested,
      },
    });
    await stack.setConfig("fluents:apiKey", apiKey, true);
    await stack.setConfig("label", label, true);
    await stack.setConfig("round", "1");

    const outputs: Record<string, string> = {};
    const run = async (title: string, args: string[], expectCode = 0) => {
      const result = await stack.pulumi(args, { expectCode });
      outputs[title] = result.output;
      return result;
    };
    const up = ["up", "--yes", "--skip-preview"];
    const refresh = ["refresh", "--yes", "--skip-preview", "--diff"];
    const destroy = ["destroy", "--yes", "--skip-preview"];
    const service = stack.emulator.environment(apiKey);

    await run("the first preview", ["preview", "--diff"]);
    await run("create", up);
    assert.match(
      outputs.create ?? "",
      /credentials: \[secret\]\n {4}label *: \[secret\]\n {4}nested *: \[secret\]/,
    );
    assert.equal(service.list()[0]?.label, label);
    assert.equal(service.list()[0]?.credentials.rime_api_key, `${credential}1`);
    assert.deepEqual(findCanary(await stack.exportState(true)), [canary]);

    await stack.setConfig("round", "2");
    await run("the preview of a rotation", ["preview", "--diff"]);
    await run("the preview as JSON", ["preview", "--json"]);
    await run("a rotation", [...up, "--diff"]);

    service.change(service.list()[0]?.id ?? "", {
      label: remote,
      credentials: { rime_api_key: remote },
    });
    await run("a refresh that finds drift", refresh);
    await run("the preview of the mend", ["preview", "--diff"]);

    for (const status of [400, 401, 500]) {
      stack.emulator.setFaults(echo(status));
      const failed = await run(`an update that fails with ${status}`, [...up, "--diff"], 1);
      assert.match(failed.output, new RegExp(`Fluents answered ${status}: cannot store`));
      await run(`a refresh that fails with ${status}`, refresh, 1);
    }
    stack.emulator.setFaults([]);
    await run("the repair", up);

    stack.write(
      programOf("descripton: process.env.NESTED, steeringPool: [process.env.NESTED, 5, process.env.NESTED]"),
    );
    await run("a check failure", ["preview", "--diff"], 1);
    assert.match(outputs["a check failure"] ?? "", /descripton is not an argument/);

    stack.write(programOf('onDelete: "scrub"'));
    await run("warnings", up);
    await run("the outputs", ["stack", "output"]);
    await run("the outputs as JSON", ["stack", "output", "--json"]);
    await run("the export", ["stack", "export"]);
    await run("the stack", ["stack"]);
    stack.emulator.setFaults(echo(400, "[removed] "));
    await run("a destroy that fails", destroy, 1);
    stack.emulator.setFaults([]);
    await run("a destroy that scrubs", destroy);
    stack.write(programOf());
    await run("another create", up);
    await run("a destroy that retains", destroy);
    await run("the history", ["stack", "history"]);

    assertNoCanary({ ...outputs, ...readFiles(stack.folder), ...readFiles(pulumiHome) });
  });
});
