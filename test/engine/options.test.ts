import assert from "node:assert/strict";

import { programOf, programOfMany, readWarnings, tabulate, tabulateOf, TestStack } from "../helpers/stack";

const type = "account_connection_rime";
const credentials = { rime_api_key: "rime-key-1" };
const args = { type, label: "voice", credentials };
const header = programOfMany({});
const resourceType = "pulumi-nodejs:dynamic/fluents:AccountConnection";

describe("AccountConnection.get", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  it("gives the connection as it is, credentials left out of the state and config secret", async () => {
    stack = await TestStack.create({
      program: `${header}
const found = fluents.AccountConnection.get("found", config.require("id"));
for (const name of ["id", "type", "label", "description", "steeringPool", "config", "credentials", "credentialsVersion"]) {
  exports[name] = found[name].apply((value) => value ?? "absent");
}
`,
    });
    const { id } = stack.service.add({
      ...args,
      steering_pool: ["+14155550100"],
      config: { webhook: "config-secret" },
    });
    const before = stack.service.list();
    await stack.setConfig("id", id);
    const read = await stack.up();
    assert.deepEqual(tabulate(read.requests), ["GET /"]);
    assert.doesNotMatch(read.output, /config-secret|rime-key/);
    assert.match(read.output, /config *: \[secret\]/);
    assert.doesNotMatch(await stack.exportState(true), /rime-key/);
    assert.doesNotMatch(await stack.exportState(), /config-secret/);
    const outputs = await stack.pulumi(["stack", "output", "--json", "--show-secrets"]);
    assert.deepEqual(JSON.parse(outputs.stdout), {
      id,
      type,
      label: "voice",
      description: "absent",
      steeringPool: ["+14155550100"],
      config: { webhook: "config-secret" },
      credentials: "absent",
      credentialsVersion: "absent",
    });

    await stack.up(["--expect-no-changes"]);
    await stack.refresh(["--expect-no-changes"]);
    const destroyed = await stack.destroy();
    assert.deepEqual(tabulate(destroyed.requests), []);
    assert.deepEqual(stack.service.list(), before);
  });

  it("of a connection that is missing fails, and says so", async () => {
    stack = await TestStack.create({
      program: `${header}fluents.AccountConnection.get("found", "no-such-connection");`,
    });
    const failed = await stack.up([], { expectCode: 1 });
    assert.deepEqual(tabulate(failed.requests), ["GET /"]);
    assert.match(
      failed.output,
      /resource "found": Fluents has no connection "no-such-connection" in the environment/,
    );
    assert.doesNotMatch(failed.output, / at .*\.js:/);
  });
});

describe("the resource option", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  it("ignoreChanges keeps credentials as they are, whatever the program says", async () => {
    const opts = '{ ignoreChanges: ["credentials"] }';
    stack = await TestStack.create({ program: programOf(JSON.stringify(args), opts) });
    await stack.up();
    stack.write(programOf(JSON.stringify({ ...args, credentials: { rime_api_key: "rime-key-2" } }), opts));
    assert.deepEqual(tabulate((await stack.up(["--expect-no-changes"])).requests), []);
    stack.write(
      programOf(JSON.stringify({ ...args, label: "new", credentials: { rime_api_key: "rime-key-2" } }), opts),
    );
    assert.deepEqual(tabulate((await stack.up()).requests), ['POST /update {"label":"new"}']);
    assert.deepEqual(stack.service.list()[0]?.credentials, credentials);
  });

  it("protect blocks destroy, and replaceOnChanges and deleteBeforeReplace do what they say", async () => {
    const scrub = { ...args, onDelete: "scrub" };
    stack = await TestStack.create({ program: programOf(JSON.stringify(scrub), "{ protect: true }") });
    await stack.up();
    const blocked = await stack.destroy([], { expectCode: 1 });
    assert.deepEqual(tabulate(blocked.requests), []);
    assert.match(blocked.output, /protected/);
    assert.deepEqual(stack.service.list()[0]?.credentials, credentials);

    stack.write(
      programOf(
        JSON.stringify({ ...scrub, label: "new" }),
        '{ replaceOnChanges: ["label"], deleteBeforeReplace: true }',
      ),
    );
    const replaced = await stack.up();
    assert.deepEqual(
      tabulate(replaced.requests).map((line) => line.split(" {")[0]),
      ["POST /update", "GET /", "GET /list", "POST /create"],
    );
    assert.deepEqual(
      stack.service.list().map(({ label }) => label),
      ["[removed] voice", "new"],
    );
  });

  it("parent takes siblings that depend on each other, and warnings are on the row of the right one", async () => {
    stack = await TestStack.create({
      program: `${header}
class Voices extends pulumi.ComponentResource {
  constructor(name) {
    super("test:index:Voices", name);
    const first = new fluents.AccountConnection(name + "-first", ${JSON.stringify({ ...args, label: "first" })}, { parent: this });
    const second = new fluents.AccountConnection(
      name + "-second",
      { ...${JSON.stringify({ ...args, label: undefined })}, description: first.id },
      { parent: this },
    );
    this.third = new fluents.AccountConnection(
      name + "-third",
      { ...${JSON.stringify({ ...args, label: "third" })}, description: pulumi.interpolate\`after \${second.id}\` },
      { parent: this, dependsOn: [first] },
    );
    this.registerOutputs({ id: this.third.id });
  }
}
const voices = new Voices("v");
new fluents.AccountConnection("child", ${JSON.stringify({ ...args, label: "child" })}, { parent: voices.third });
`,
    });
    const created = await stack.up();
    assert.deepEqual(
      readWarnings(created.output).map((text) => text.slice(0, 40)),
      ['resource "v-second": without a label not'],
    );
    assert.match(
      created.output,
      new RegExp(`^ {2}${resourceType} \\(v-second\\):\\n {4}warning: resource "v-second"`, "m"),
    );
    await stack.up(["--expect-no-changes"]);
    const resources = await stack.readResources();
    const qualified = `urn:pulumi:dev::test-project::test:index:Voices$${resourceType}`;
    assert.deepEqual(
      Object.values(resources)
        .map(({ urn, outputs }) => [urn, outputs?.__urn])
        .toSorted(),
      [
        `${qualified}$${resourceType}::child`,
        `${qualified}::v-first`,
        `${qualified}::v-second`,
        `${qualified}::v-third`,
      ].map((urn) => [urn, urn]),
    );
    const destroyed = await stack.destroy();
    for (const [name, { id = "" }] of Object.entries(resources)) {
      assert.match(
        destroyed.output,
        new RegExp(
          `^ {2}${resourceType} \\(${name}\\):\\n {4}warning: resource "${name}": connection ${id} is no longer`,
          "m",
        ),
      );
    }
  });

  it("aliases renames and moves without an update, and the connection stays managed", async () => {
    stack = await TestStack.create({ program: programOf(JSON.stringify(args)) });
    await stack.up();
    const id = (await stack.readResources()).c?.id;
    stack.write(`${header}
class Group extends pulumi.ComponentResource {}
const parent = new Group("test:index:Group", "g");
new fluents.AccountConnection("renamed", ${JSON.stringify(args)}, {
  parent,
  aliases: [{ name: "c", parent: pulumi.rootStackResource }],
});
`);
    const renamed = await stack.up();
    assert.deepEqual(tabulate(renamed.requests), []);
    assert.doesNotMatch(renamed.output, /updated|replaced|deleted/);
    await stack.up(["--expect-no-changes"]);
    const resources = await stack.readResources();
    assert.deepEqual(
      Object.entries(resources).map(([name, resource]) => [name, resource.id]),
      [["renamed", id]],
    );
    // Warnings go to the row under its new name.
    stack.write(`${header}
class Group extends pulumi.ComponentResource {}
const parent = new Group("test:index:Group", "g");
new fluents.AccountConnection("renamed", ${JSON.stringify({ ...args, label: undefined, description: "d" })}, { parent });
`);
    const changed = await stack.up();
    assert.deepEqual(tabulateOf(changed, id), ['POST /update {"description":"d"}']);
    assert.match(
      changed.output,
      new RegExp(`^ {2}${resourceType} \\(renamed\\):\\n {4}warning: resource "renamed"`, "m"),
    );
  });

  it("transforms cannot take the mark of a secret off the credentials", async () => {
    const programWith = (key: string) => `${header}
const setKey = ({ props, opts }) => ({ props: { ...props, credentials: { rime_api_key: "HUNTER2-${key}" } }, opts });
pulumi.runtime.registerStackTransform(setKey);
new fluents.AccountConnection("c", ${JSON.stringify(args)});
new fluents.AccountConnection("d", ${JSON.stringify({ ...args, label: "d" })}, { transformations: [setKey] });
`;
    stack = await TestStack.create({ program: programWith("first") });
    const texts = [(await stack.up(["--diff"])).output, await stack.exportState()];
    stack.write(programWith("second"));
    texts.push(
      (await stack.preview()).output,
      (await stack.up(["--diff"])).output,
      await stack.exportState(),
    );
    assert.deepEqual(
      stack.service.list().map(({ credentials }) => credentials),
      Array(2).fill({ rime_api_key: "HUNTER2-second" }),
    );
    for (const text of texts) {
      assert.doesNotMatch(text, /HUNTER2/);
    }
  });
});
