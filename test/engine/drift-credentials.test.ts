import assert from "node:assert/strict";

import { recordOf } from "../helpers/samples";
import { programOf, readDiff, tabulate, TestStack } from "../helpers/stack";

const type = "account_connection_rime";
// In the order in which Pulumi hands keys on.
const credentials = { oauth: { secret: "oauth-secret-wxyz" }, rime_api_key: "rime-key-xyzw" };
const changed = { ...credentials, rime_api_key: "rime-key-zwxy" };
const program = programOf(JSON.stringify({ type, label: "c", credentials }));
const rotation = `POST /update ${JSON.stringify({ credentials })}`;

describe("drift of credentials that the service does not show in clear", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  function changeRemotely(value: Record<string, unknown>): void {
    const [connection] = stack.service.list();
    stack.service.change(connection?.id ?? "", { credentials: value });
  }

  async function readShown(): Promise<unknown> {
    const { c } = await stack.readResources();
    return recordOf(c?.outputs ?? {}).shown;
  }

  it("is a masked text other than the first one after our last write", async () => {
    stack = await TestStack.create({ program, emulator: { credentials: "masked" } });
    await stack.up();
    assert.deepEqual(readDiff((await stack.refresh()).output, "c"), []);
    assert.deepEqual(await readShown(), { "/rime_api_key": "****xyzw", "/oauth/secret": "****wxyz" });
    await stack.preview(["--refresh", "--expect-no-changes"]);

    changeRemotely(changed);
    const drifted = ["~ credentials: [secret] => [secret]"];
    const refreshed = await stack.refresh();
    assert.deepEqual(readDiff(refreshed.output, "c"), drifted);
    assert.doesNotMatch(refreshed.output, /rime-key|oauth-secret|\*{4}|wxyz|xyzw|zwxy/);
    const mended = await stack.up();
    assert.deepEqual(tabulate(mended.requests), [rotation]);
    assert.deepEqual(stack.service.list()[0]?.credentials, credentials);

    // The mend is a write of ours: what the service shows next is the new measure.
    await stack.refresh();
    changeRemotely(changed);
    assert.deepEqual(tabulate((await stack.up(["--refresh"])).requests), ["GET /", rotation]);
  });

  it("ends where the program declares what was set behind Pulumi's back, though the same masks are shown", async () => {
    stack = await TestStack.create({ program, emulator: { credentials: "masked" } });
    await stack.up();
    await stack.refresh();
    changeRemotely(changed);
    await stack.refresh();
    stack.write(programOf(JSON.stringify({ type, label: "c", credentials: changed })));
    const taken = await stack.up();
    assert.deepEqual(tabulate(taken.requests), [`POST /update ${JSON.stringify({ credentials: changed })}`]);
    await stack.preview(["--refresh", "--expect-no-changes"]);
  });

  it("is found where the service begins to mask, and ends with one update", async () => {
    stack = await TestStack.create({ program });
    await stack.up();
    await stack.refresh();
    stack.emulator.configure({ credentials: "masked" });
    assert.deepEqual(tabulate((await stack.up(["--refresh"])).requests), ["GET /", rotation]);
    await stack.preview(["--refresh", "--expect-no-changes"]);
  });

  it("cannot be seen while they are missing, and is found once they are shown", async () => {
    stack = await TestStack.create({ program, emulator: { credentials: "missing" } });
    await stack.up();
    await stack.refresh();
    assert.deepEqual(await readShown(), { "/rime_api_key": null, "/oauth/secret": null });
    changeRemotely(changed);
    await stack.preview(["--refresh", "--expect-no-changes"]);

    stack.emulator.configure({ credentials: "clear" });
    assert.deepEqual(readDiff((await stack.refresh()).output, "c"), ["~ credentials: [secret] => [secret]"]);
    assert.deepEqual(tabulate((await stack.up()).requests), [rotation]);
    await stack.preview(["--refresh", "--expect-no-changes"]);

    // Equal in clear is in step whatever was shown before.
    stack.emulator.configure({ credentials: "masked" });
    await stack.refresh();
    stack.emulator.configure({ credentials: "clear" });
    await stack.preview(["--refresh", "--expect-no-changes"]);
  });

  it("under ignoreChanges never goes back to the service as if it were the credentials", async () => {
    const opts = '{ ignoreChanges: ["credentials"] }';
    const write = (args: Record<string, unknown>) => {
      stack.write(programOf(JSON.stringify({ type, credentials, ...args }), opts));
    };
    stack = await TestStack.create({
      program: programOf(JSON.stringify({ type, label: "c", credentials }), opts),
      emulator: { credentials: "masked" },
    });
    await stack.up();
    await stack.refresh();
    changeRemotely(changed);
    await stack.refresh();
    assert.deepEqual(tabulate((await stack.up(["--expect-no-changes"])).requests), []);

    write({ label: "renamed" });
    assert.deepEqual(tabulate((await stack.up()).requests), ['POST /update {"label":"renamed"}']);

    write({ label: "renamed", rotationTrigger: 1 });
    const refused = await stack.up([], { expectCode: 1 });
    assert.deepEqual(tabulate(refused.requests), []);
    assert.match(refused.output, /Take "credentials" and all paths in it out of ignoreChanges for this step/);

    const another = { type, label: "renamed", credentials: { ...credentials, another: "HUNTER2-another" } };
    stack.write(programOf(JSON.stringify(another), '{ ignoreChanges: ["credentials.rime_api_key"] }'));
    const refusedInPart = await stack.up([], { expectCode: 1 });
    assert.deepEqual(tabulate(refusedInPart.requests), []);
    assert.match(refusedInPart.output, /credentials: rime_api_key in the state is what Fluents shows/);

    // A replacement takes the program's credentials, ignoreChanges or not.
    write({ label: "renamed", allowDuplicate: true });
    const replaced = await stack.up(["--replace", "**AccountConnection::c"]);
    assert.deepEqual(tabulate(replaced.requests), [
      "GET /list",
      `POST /create ${JSON.stringify({ type, label: "renamed", credentials })}`,
    ]);
    assert.deepEqual(stack.service.list()[0]?.credentials, changed);
  });
});
