import assert from "node:assert/strict";

import { programOfMany, readWarnings, tabulate, TestStack } from "../helpers/stack";

const type = "account_connection_rime";
const credentials = { rime_api_key: "rime-key-1" };
const args = { type, label: "voice", credentials };

describe("a connection that two resources of a stack hold", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  function write(resources: Readonly<Record<string, object>>): void {
    stack.write(
      programOfMany(
        Object.fromEntries(Object.entries(resources).map(([name, value]) => [name, JSON.stringify(value)])),
      ),
    );
  }

  it("is told of, and is not scrubbed when one of them goes", async () => {
    stack = await TestStack.create({ program: programOfMany({}) });
    write({ c: { ...args, onDelete: "scrub" } });
    await stack.up();
    const [before] = stack.service.list();
    assert.ok(before);
    write({ c: { ...args, onDelete: "scrub" }, renamed: { ...args, connectionId: before.id } });
    // Which of them Pulumi looks at first is open.
    const [told = "", ...others] = readWarnings((await stack.preview()).output);
    assert.match(
      told,
      new RegExp(
        `^resource "(?:c|renamed)": connection ${before.id} is managed by resource "(?:renamed|c)", too: each puts back ` +
          "what the other changes\\. Take one of them out of the program, and, if it is there, by `pulumi state delete`",
      ),
    );
    assert.deepEqual(others, []);
    await stack.up();

    write({ renamed: args });
    const dropped = await stack.up();
    assert.deepEqual(readWarnings(dropped.output), [
      `resource "c": connection ${before.id} stays as it is, since resource "renamed" manages it; \`pulumi up --refresh\` ` +
        "shows where it no longer is as that one declares it",
    ]);
    assert.deepEqual(tabulate(dropped.requests), []);
    assert.deepEqual(stack.service.list(), [before]);

    write({ renamed: { ...args, onDelete: "scrub" } });
    const idle = await stack.up();
    assert.match(readWarnings(idle.output).join(), /onDelete: "scrub" has no effect/);
  });

  it("is one resource's under two names, where an alias renames it", async () => {
    stack = await TestStack.create({ program: programOfMany({}) });
    const scrubbing = JSON.stringify({ ...args, onDelete: "scrub" });
    stack.write(programOfMany({ c: scrubbing }));
    await stack.up();
    stack.write(programOfMany({ renamed: `${scrubbing}, { aliases: [{ name: "c" }] }` }));
    assert.deepEqual(readWarnings((await stack.up(["--refresh"])).output), []);
    const other = JSON.stringify({ ...args, label: "other", onDelete: "scrub" });
    stack.write(
      programOfMany({ renamed: `${other}, { aliases: [{ name: "c" }], replaceOnChanges: ["label"] }` }),
    );
    await stack.up();
    const labels = () => stack.service.list().map(({ label }) => label);
    assert.deepEqual(labels(), ["[removed] voice", "other"]);
    stack.write(programOfMany({}));
    await stack.up(["--refresh"]);
    assert.deepEqual(labels(), ["[removed] voice", "[removed] other"]);
  });

  it("is not offered to the other one: the message says whose it is", async () => {
    stack = await TestStack.create({ program: programOfMany({}) });
    write({ a: args });
    await stack.up();
    const twin = JSON.stringify({ ...args, credentials: { rime_api_key: "rime-key-2" } });
    stack.write(`${programOfMany({})}
const a = new fluents.AccountConnection("a", ${JSON.stringify(args)});
new fluents.AccountConnection("b", ${twin}, { dependsOn: [a] });
`);
    const refused = await stack.up([], { expectCode: 1 });
    assert.match(refused.output, /It is resource "a" of this stack that manages it: give this one another/);
    assert.doesNotMatch(refused.output, /connectionId:/);
    assert.deepEqual(
      stack.service.list().map((connection) => connection.credentials),
      [credentials],
    );
  });
});
