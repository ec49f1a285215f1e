import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { programOf, programOfMany, readWarnings, tabulate, TestStack } from "../helpers/stack";

const type = "account_connection_rime";
const credentials = { rime_api_key: "rime-key-1" };
const args = { type, label: "voice", credentials };
const resourceType = "pulumi-nodejs:dynamic/fluents:AccountConnection";
const signatureKey = "4dabf18193072939515e22adb298388d";

describe("what the engine does", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  it("with values that Pulumi cannot hold in an answer orphans no connection", async () => {
    const config = { declared: { on: true } };
    const strange = {
      label: "half a letter \ud800",
      config: {
        declared: { on: true, [signatureKey]: "1b47061264138c4ac30d75fd1eb44270", "\udc00": ["\ud83d"] },
      },
    };
    stack = await TestStack.create({
      program: programOf(JSON.stringify({ ...args, config })),
      emulator: { faults: [{ path: "create", fault: { kind: "override", fields: strange } }] },
    });
    const created = await stack.up();
    const [connection] = stack.service.list();
    assert.deepEqual(readWarnings(created.output), [
      `resource "c": connection ${connection?.id ?? ""}: Fluents accepted the request but shows another value than was ` +
        "sent for: label, config. `pulumi up` sends it again",
    ]);
    const { c } = await stack.readResources();
    assert.equal(c?.id, connection?.id);
    assert.equal(c?.outputs?.label, "half a letter \ufffd");
    assert.deepEqual(c.outputs.config, { declared: { on: true, "\ufffd": ["\ufffd"] } });

    // The same on a refresh, and in the properties of an error.
    stack.emulator.setFaults([{ path: "get", fault: { kind: "override", fields: strange } }]);
    await stack.refresh();
    const stillOld = { ...strange, credentials };
    stack.write(programOf(JSON.stringify({ ...args, config, credentials: { rime_api_key: "rime-key-2" } })));
    stack.emulator.setFaults([{ path: "update", fault: { kind: "override", fields: stillOld } }]);
    const failed = await stack.up([], { expectCode: 1 });
    assert.match(failed.output, /the credentials were not rotated/);
    assert.equal((await stack.readResources()).c?.id, connection?.id);

    const mended = await stack.up();
    assert.deepEqual(tabulate(mended.requests), [
      "GET /",
      `POST /update ${JSON.stringify({ label: "voice", credentials: { rime_api_key: "rime-key-2" } })}`,
    ]);
    await stack.preview(["--expect-no-changes"]);
    assert.equal(stack.service.list().length, 1);
  });

  it("marks as secret what the caller marked, and credentials that nobody did", async () => {
    stack = await TestStack.create({
      program: `${programOf(`{
        ...${JSON.stringify(args)},
        description: pulumi.secret("described-in-secret"),
        config: { webhook: pulumi.secret("secret-webhook") },
      }`)}
for (const name of ["label", "description", "config", "credentials", "credentialsVersion"]) {
  exports[name] = c[name];
}
`,
    });
    const created = await stack.up();
    const outputs = await stack.pulumi(["stack", "output", "--json"]);
    assert.deepEqual(JSON.parse(outputs.stdout), {
      id: stack.service.list()[0]?.id,
      label: "voice",
      description: "[secret]",
      config: "[secret]",
      credentials: "[secret]",
      credentialsVersion: 1,
    });
    await stack.refresh();
    const everything = created.output + outputs.output + (await stack.exportState());
    assert.doesNotMatch(everything, /described-in-secret|secret-webhook|rime-key-1/);
  });

  it("with a resource of an older dynamic provider moves it here, sends nothing, and runs our delete", async () => {
    stack = await TestStack.create({
      program: `${programOfMany({})}
const id = config.require("id");
const provider = {
  create: async (inputs) => ({ id, outs: inputs }),
  delete: async () => { throw new Error("the old code ran"); },
};
class Old extends pulumi.dynamic.Resource {
  constructor(name, args) {
    super(provider, name, args);
  }
}
new Old("c", ${JSON.stringify(args)});
`,
    });
    const { id } = stack.service.add(args);
    const before = stack.service.list();
    await stack.setConfig("id", id);
    await stack.up();

    stack.write(programOf(JSON.stringify(args), '{ aliases: [{ type: "pulumi-nodejs:dynamic:Resource" }] }'));
    const moved = await stack.up();
    assert.deepEqual(tabulate(moved.requests), ["GET /"]);
    assert.match(moved.output, new RegExp(`${resourceType} c updated`));
    const { c } = await stack.readResources();
    assert.equal(c?.id, id);
    assert.match(String(c.outputs?.__provider), /pulumi-fluents\/runtime/);
    await stack.up(["--expect-no-changes"]);
    assert.doesNotMatch(await stack.exportState(), /rime-key-1|the old code ran/);

    const destroyed = await stack.destroy();
    assert.match(
      readWarnings(destroyed.output).join("\n"),
      /^resource "c": connection [0-9a-f-]{36} is no longer/,
    );
    assert.deepEqual(stack.service.list(), before);
  });

  for (const [file, imports] of [
    ["index.js", 'const fluents = require("pulumi-fluents");'],
    ["index.ts", 'import * as fluents from "pulumi-fluents";'],
  ] as const) {
    it(`with the stack of a resource is to store it: of ours the program's frames only, in ${file}`, async () => {
      const program = `${imports}
const make = () =>
  new fluents.AccountConnection("c", ${JSON.stringify(args)});
make();
`;
      stack = await TestStack.create({ program, programFile: file });
      await stack.up();
      const { c } = await stack.readResources();
      assert.deepEqual(
        c?.stackTrace?.map(({ sourcePosition }) => sourcePosition),
        [`project:///${file}#3,3`, `project:///${file}#4,1`],
      );
    });
  }

  it("under the Automation API with an inline program is what it does under the CLI", async () => {
    stack = await TestStack.create({ program: "" });
    writeFileSync(
      join(stack.folder, "automation.js"),
      `const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const fluents = require("pulumi-fluents");
(async () => {
  const program = async () => ({ id: new fluents.AccountConnection("c", ${JSON.stringify(args)}).id });
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: "inline", projectName: "test-project", program },
    { workDir: process.cwd() },
  );
  const { summary, outputs } = await stack.up();
  const again = await stack.up({ expectNoChanges: true });
  const destroyed = await stack.destroy();
  console.log(JSON.stringify([summary.result, outputs.id.value, again.summary.resourceChanges, destroyed.summary.result]));
})();
`,
    );
    const result = await stack.node("automation.js");
    assert.deepEqual(JSON.parse(result.stdout), [
      "succeeded",
      stack.service.list()[0]?.id,
      { same: 2 },
      "succeeded",
    ]);
    assert.deepEqual(tabulate(result.requests), ["GET /list", `POST /create ${JSON.stringify(args)}`]);
  });
});
