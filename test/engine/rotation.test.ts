import assert from "node:assert/strict";

import {
  programOf,
  readDiff,
  restoreBeforeEachTest,
  tabulate,
  TestStack,
  type StateResource,
} from "../helpers/stack";

const type = "account_connection_rime";
const first = { oauth: { secret: "oauth-secret-1" }, rime_api_key: "rime-key-1" };
const second = { oauth: { secret: "oauth-secret-1" }, rime_api_key: "rime-key-2" };
const rotation = `POST /update ${JSON.stringify({ credentials: second })}`;

const programWith = (args: Record<string, unknown>) =>
  `${programOf(JSON.stringify({ type, label: "c", ...args }))}exports.credentialsRotatedAt = c.credentialsRotatedAt;\n`;

const noRetries = { FLUENTS_MAX_RETRIES: "0" };

describe("a rotation of credentials", function () {
  this.timeout("10 min");

  /** Has a connection with the first credentials, and declares the second. */
  let stack: TestStack;
  let madeBetween: readonly [start: number, end: number];

  before(async () => {
    stack = await TestStack.create({ program: programWith({ credentials: first }) });
    const start = Date.now();
    await stack.up();
    madeBetween = [start, Date.now()];
    stack.write(programWith({ credentials: second }));
  });
  restoreBeforeEachTest(() => stack);

  async function readResource(): Promise<StateResource & { outputs: Record<string, unknown> }> {
    const { c } = await stack.readResources();
    return { urn: "", type: "", ...c, outputs: c?.outputs ?? {} };
  }

  async function readOutputs(): Promise<Record<string, unknown>> {
    return JSON.parse((await stack.pulumi(["stack", "output", "--json"])).stdout) as Record<string, unknown>;
  }

  /** The next `pulumi up` sends the second credentials, and all is well. */
  async function assertNextUpRotates(version = 2): Promise<void> {
    assert.deepEqual(tabulate((await stack.up()).requests), [rotation]);
    assert.deepEqual(stack.service.list()[0]?.credentials, second);
    assert.deepEqual(tabulate((await stack.up(["--expect-no-changes"])).requests), []);
    assert.equal((await readResource()).outputs.credentialsVersion, version);
  }

  it("is one update with the whole credentials, is shown without them, and is counted and dated", async () => {
    const before = await readOutputs();
    assert.equal(before.credentialsVersion, 1);
    const firstAt = String(before.credentialsRotatedAt);
    assert.match(firstAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    const [start, end] = madeBetween;
    assert.ok(Date.parse(firstAt) >= start && Date.parse(firstAt) <= end, firstAt);

    const previewed = await stack.preview();
    assert.deepEqual(readDiff(previewed.output, "c"), ["~ credentials: [secret] => [secret]"]);
    const rotated = await stack.up(["--diff"]);
    assert.deepEqual(tabulate(rotated.requests), [rotation]);
    const diff = readDiff(rotated.output, "c");
    assert.deepEqual(diff.slice(0, 2), ["~ credentials: [secret] => [secret]", "--outputs:--"]);
    assert.match(diff.join("\n"), /~ credentialsVersion *: 1 => 2/);
    assert.doesNotMatch(previewed.output + rotated.output, /rime-key|oauth-secret/);

    const after = await readOutputs();
    assert.equal(after.credentialsVersion, 2);
    assert.ok(Date.parse(String(after.credentialsRotatedAt)) > Date.parse(firstAt));
    assert.deepEqual(stack.service.list()[0]?.credentials, second);
    assert.deepEqual(tabulate((await stack.up(["--expect-no-changes"])).requests), []);

    stack.write(programWith({ credentials: first }));
    const summary = await stack.up();
    assert.match(summary.output, /updated \([\d.]+s\) \[diff: ~credentials\]/);
  });

  for (const between of ["a refresh", "nothing"]) {
    it(`that the service accepts but does not show fails half done, and is sent again after ${between}`, async () => {
      stack.emulator.setFaults([
        { path: "update", fault: { kind: "override", fields: { credentials: first, label: "c" } } },
      ]);
      const failed = await stack.up([], { expectCode: 1 });
      assert.deepEqual(tabulate(failed.requests), [rotation]);
      assert.match(
        failed.output,
        /the credentials were not rotated; Fluents accepted the update but still shows the old ones\. Run `pulumi up`/,
      );
      assert.doesNotMatch(failed.output, /rime-key|oauth-secret/);
      const { id, outputs } = await readResource();
      assert.equal(id, stack.service.list()[0]?.id);
      assert.deepEqual(outputs.credentials, first);
      assert.equal(outputs.credentialsVersion, 1);

      if (between === "a refresh") {
        // What the service did in the end is what counts: here it kept the old ones.
        stack.service.change(id ?? "", { credentials: first });
        await stack.refresh();
        assert.deepEqual((await readResource()).initErrors ?? [], []);
      }
      await assertNextUpRotates();
    });
  }

  it("back to the old credentials is sent all the same after one that failed half done", async () => {
    stack.emulator.setFaults([
      { path: "update", fault: { kind: "override", fields: { credentials: first } } },
    ]);
    await stack.up([], { expectCode: 1 });
    stack.write(programWith({ credentials: first }));
    assert.deepEqual(tabulate((await stack.up()).requests), [
      `POST /update ${JSON.stringify({ credentials: first })}`,
    ]);
    assert.deepEqual(stack.service.list()[0]?.credentials, first);
    await stack.up(["--expect-no-changes"]);
  });

  it("of which it is not known whether it was applied is an error, and the next up sends it again", async () => {
    Object.assign(stack.env, noRetries);
    const faults = [
      { kind: "status", status: 500 },
      { kind: "status", status: 500, applied: true },
      { kind: "reset", applied: true },
    ] as const;
    for (const fault of faults) {
      stack.emulator.setFaults([{ path: "update", fault }]);
      const failed = await stack.up([], { expectCode: 1 });
      assert.deepEqual(tabulate(failed.requests), [rotation]);
      assert.match(
        failed.output,
        /it is not known whether the update was applied\. .*`pulumi up` sends it again/,
      );
      assert.deepEqual((await readResource()).outputs.credentials, first);
    }
    await assertNextUpRotates();
  });

  it("of which it is not known, but which was applied, is confirmed after a refresh", async () => {
    Object.assign(stack.env, noRetries);
    stack.emulator.setFaults([{ path: "update", fault: { kind: "reset", applied: true } }]);
    await stack.up([], { expectCode: 1 });
    await stack.refresh();
    await assertNextUpRotates();
  });

  it("that was certainly refused leaves the state as it is", async () => {
    Object.assign(stack.env, noRetries);
    stack.emulator.setFaults([{ path: "update", fault: { kind: "status", status: 422 } }]);
    const failed = await stack.up([], { expectCode: 1 });
    assert.match(failed.output, /Fluents answered 422/);
    assert.doesNotMatch(failed.output, /not known/);
    const { outputs, initErrors } = await readResource();
    assert.deepEqual([outputs.credentials, initErrors ?? []], [first, []]);
    await assertNextUpRotates();
  });

  it("with the key of another environment does not call the connection gone, and the right key rotates it", async () => {
    await stack.setConfig("fluents:apiKey", "key-of-another-environment", true);
    const failed = await stack.up([], { expectCode: 1 });
    assert.match(failed.output, /Fluents has no connection .* it may exist in another environment/);
    assert.match(failed.output, /`pulumi config set --secret fluents:apiKey`/);
    assert.match(failed.output, /\(code: wrong_environment\)/);
    await stack.pulumi(["config", "rm", "fluents:apiKey"]);
    await assertNextUpRotates();
  });

  it("of a connection that is gone says which commands make it again, and they do", async () => {
    const id = stack.service.list()[0]?.id ?? "";
    stack.service.remove(id);
    const failed = await stack.up([], { expectCode: 1 });
    assert.deepEqual(tabulate(failed.requests), [rotation]);
    assert.match(
      failed.output,
      new RegExp(
        `connection ${id} is gone: .* Run \`pulumi refresh\`, then \`pulumi up\`, which creates it again`,
      ),
    );
    await stack.refresh();
    assert.deepEqual(tabulate((await stack.up()).requests), [
      "GET /list",
      `POST /create ${JSON.stringify({ type, label: "c", credentials: second })}`,
    ]);
    await stack.up(["--expect-no-changes"]);
  });
});
