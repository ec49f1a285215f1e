import assert from "node:assert/strict";

import { programOf, readWarnings, tabulate, TestStack, testApiKey } from "../helpers/stack";

const type = "account_connection_rime";
const args = { type, label: "voice", credentials: { rime_api_key: "rime-key-1" } };
const post = `POST /create ${JSON.stringify(args)}`;
const program = (more: Record<string, unknown> = {}) => programOf(JSON.stringify({ ...args, ...more }));

describe("creation", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  it("refuses a second connection of that type and label, and its advice adopts the first", async () => {
    stack = await TestStack.create({ program: program() });
    const created = await stack.up();
    assert.deepEqual(tabulate(created.requests), ["GET /list", post]);
    await stack.up(["--expect-no-changes"]);
    const urn = (await stack.readResources()).c?.urn ?? "";
    const replaced = await stack.up(["--replace", urn], { expectCode: 1 });
    assert.match(replaced.output, /if --replace or replaceOnChanges replaces it, leave that out/);
    await stack.destroy();
    const [retained] = stack.service.list();

    const refused = await stack.up([], { expectCode: 1 });
    assert.deepEqual(tabulate(refused.requests), ["GET /list"]);
    assert.match(
      refused.output,
      /Fluents has a connection with this type and label already: [0-9a-f-]{36}\./,
    );
    const advice = /^ *connectionId: "([0-9a-f-]{36})",$/m.exec(refused.output)?.[1];
    assert.equal(advice, retained?.id);
    assert.match(refused.output, /If you renamed the resource, give it the option aliases: /);
    assert.match(refused.output, /What is declared, credentials too, then replaces what it has\. /);
    assert.match(refused.output, /To create another one all the same, add allowDuplicate: true/);
    assert.deepEqual(await stack.readResources(), {});

    stack.write(program({ connectionId: advice }));
    assert.deepEqual(tabulate((await stack.up()).requests), ["GET /"]);
    await stack.up(["--expect-no-changes"]);
    assert.deepEqual(stack.service.list(), [retained]);

    // The resource gets another name, without an alias: the connection stays managed, so nothing advises to delete it.
    stack.write(program({ connectionId: advice }).replace('("c"', '("renamed"'));
    const renamed = await stack.up();
    assert.deepEqual([tabulate(renamed.requests), readWarnings(renamed.output)], [["GET /"], []]);
    assert.deepEqual(Object.keys(await stack.readResources()), ["renamed"]);
  });

  it("makes a second connection with allowDuplicate, and without a label, which a warning advises", async () => {
    stack = await TestStack.create({ program: program({ allowDuplicate: true }) });
    stack.service.add(args);
    const created = await stack.up();
    assert.deepEqual(tabulate(created.requests), ["GET /list", post]);
    assert.deepEqual(readWarnings(created.output), []);
    await stack.destroy();

    stack.write(program({ label: undefined }));
    const unlabelled = await stack.up();
    assert.deepEqual(tabulate(unlabelled.requests), [
      "GET /list",
      `POST /create ${JSON.stringify({ type, credentials: args.credentials })}`,
    ]);
    assert.deepEqual(readWarnings(unlabelled.output), [
      'resource "c": without a label nothing tells this connection from others: give it one, ' +
        "so that it is not created twice after a crash",
    ]);
    assert.equal(stack.service.list().length, 3);
  });

  it("keeps a connection of which only the id came back, and the next up finishes it by an update", async () => {
    stack = await TestStack.create({
      program: program({ description: "whole", config: { a: 1 } }),
      emulator: { faults: [{ path: "create", fault: { kind: "override", fields: { type: 17 } } }] },
    });
    const failed = await stack.up([], { expectCode: 1 });
    const [connection] = stack.service.list();
    assert.match(
      failed.output,
      new RegExp(
        `connection ${connection?.id ?? ""} was created, but not confirmed\\. .*type: .*\\. Run \`pulumi up\` to finish it`,
      ),
    );
    const { c } = await stack.readResources();
    assert.equal(c?.id, connection?.id);
    assert.equal(c?.outputs?.credentialsVersion, null);

    // Pulumi's own mark of a half-done creation does not outlive a refresh; ours does.
    await stack.refresh();
    const repaired = await stack.up();
    assert.deepEqual(tabulate(repaired.requests), [
      "GET /",
      `POST /update ${JSON.stringify({ type, label: "voice", description: "whole", credentials: args.credentials, config: { a: 1 } })}`,
    ]);
    await stack.up(["--expect-no-changes"]);
    const after = await stack.readResources();
    assert.deepEqual(after.c?.outputs?.credentialsVersion, 1);
    assert.deepEqual(stack.service.list(), [connection]);
  });

  it("is finished after a refresh with the same credentials where ignoreChanges has them", async () => {
    stack = await TestStack.create({
      program: programOf(JSON.stringify(args), '{ ignoreChanges: ["credentials"] }'),
      emulator: { faults: [{ path: "create", fault: { kind: "override", fields: { type: 17 } } }] },
    });
    await stack.up([], { expectCode: 1 });
    await stack.refresh();
    assert.doesNotMatch(await stack.exportState(), /rime-key-1/);
    assert.deepEqual(tabulate((await stack.up()).requests), [`POST /update ${JSON.stringify(args)}`]);
    await stack.up(["--expect-no-changes"]);
    assert.deepEqual(stack.service.list()[0]?.credentials, args.credentials);
    assert.doesNotMatch(await stack.exportState(), /rime-key-1/);
  });

  it("keeps it too when the next up comes without a refresh, and from then on scrubs what it made", async () => {
    stack = await TestStack.create({
      program: program({ onDelete: "scrub" }),
      emulator: {
        faults: [{ path: "create", fault: { kind: "override", fields: { config: "no object" } } }],
      },
    });
    await stack.up([], { expectCode: 1 });
    const repaired = await stack.up();
    assert.deepEqual(tabulate(repaired.requests), [`POST /update ${JSON.stringify(args)}`]);
    await stack.up(["--expect-no-changes"]);
    await stack.destroy();
    assert.deepEqual(
      stack.service.list().map(({ credentials }) => credentials),
      [{ rime_api_key: "removed-by-pulumi" }],
    );
  });

  it("looks for the connection after an ambiguous answer, and never posts again", async () => {
    stack = await TestStack.create({
      program: program(),
      env: { FLUENTS_REQUEST_TIMEOUT_SECONDS: "2" },
      emulator: { faults: [{ path: "create", fault: { kind: "reset", applied: true } }] },
    });
    stack.service.add({ ...args, label: "another" });
    const found = await stack.up();
    assert.deepEqual(tabulate(found.requests), ["GET /list", post, "GET /list"]);
    await stack.up(["--expect-no-changes"]);
    const { c } = await stack.readResources();
    assert.equal(c?.id, stack.service.list()[1]?.id);
    assert.equal(c?.outputs?.credentialsVersion, 1);
  });

  it("is an error after an ambiguous answer when no such connection appears, and can be repeated", async () => {
    stack = await TestStack.create({
      program: program(),
      env: { FLUENTS_REQUEST_TIMEOUT_SECONDS: "1.5" },
      emulator: { faults: [{ path: "create", fault: { kind: "reset", applied: false } }] },
    });
    const failed = await stack.up([], { expectCode: 1 });
    assert.equal(tabulate(failed.requests).filter((line) => line.startsWith("POST")).length, 1);
    assert.match(
      failed.output,
      /it is not known whether the connection was created\. .*None like it has appeared\./,
    );
    assert.deepEqual(await stack.readResources(), {});

    assert.deepEqual(tabulate((await stack.up()).requests), ["GET /list", post]);
  });

  it("and update write nothing with a key of another environment than environmentConnectionId is in", async () => {
    stack = await TestStack.create({ program: program() });
    const marker = stack.service.add({ type, label: "environment" });
    const foreign = stack.emulator.environment("fluents-test-key-2");
    await stack.setConfig("fluents:environmentConnectionId", marker.id);
    await stack.setConfig("fluents:apiKey", "fluents-test-key-2", true);

    const refused = await stack.up([], { expectCode: 1 });
    assert.deepEqual(tabulate(refused.requests), ["GET /"]);
    assert.match(
      refused.output,
      new RegExp(
        `the API key does not see connection ${marker.id} of fluents:environmentConnectionId.*nothing was written`,
      ),
    );

    await stack.setConfig("fluents:apiKey", testApiKey, true);
    assert.deepEqual(tabulate((await stack.up()).requests), ["GET /", "GET /list", post]);

    stack.write(program({ description: "new" }));
    await stack.setConfig("fluents:apiKey", "fluents-test-key-2", true);
    const refusedUpdate = await stack.up([], { expectCode: 1 });
    assert.deepEqual(tabulate(refusedUpdate.requests), ["GET /"]);
    assert.match(refusedUpdate.output, /nothing was written/);
    assert.deepEqual(foreign.list(), []);

    await stack.setConfig("fluents:apiKey", testApiKey, true);
    assert.deepEqual(tabulate((await stack.up()).requests), ["GET /", 'POST /update {"description":"new"}']);
  });
});
