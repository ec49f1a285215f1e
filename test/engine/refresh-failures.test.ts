import assert from "node:assert/strict";

import type { Fault } from "../emulator/faults";
import { nameEnvironment } from "../emulator/journal";
import {
  programOfMany,
  restoreBeforeEachTest,
  tabulate,
  testApiKey,
  TestStack,
  type PulumiResult,
} from "../helpers/stack";

const argsOf = (label: string) =>
  JSON.stringify({ type: "account_connection_rime", label, credentials: { rime_api_key: "rime-key-0001" } });

const otherKey = "fluents-test-key-2";

/** The environments that the requests of a command were made in. */
function readEnvironments({ requests }: PulumiResult): (string | undefined)[] {
  return [...new Set(requests.map(({ environment }) => environment))];
}

describe("pulumi refresh", function () {
  this.timeout("10 min");

  /** Has two connections. Its API key and base URL are in its config instead of the environment. */
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.create({
      program: programOfMany({ a: argsOf("a"), b: argsOf("b") }),
      env: { FLUENTS_API_KEY: undefined, FLUENTS_API_URL: undefined },
    });
    await stack.setConfigs({ "fluents:apiKey": testApiKey }, { "fluents:baseUrl": stack.emulator.url });
    await stack.up();
  });
  restoreBeforeEachTest(() => stack);

  function idOf(label: string): string {
    return stack.service.list().find((connection) => connection.label === label)?.id ?? "";
  }

  it("takes a connection that was deleted remotely out of the state, and up creates it again", async () => {
    const id = idOf("b");
    stack.service.remove(id);

    const previewed = await stack.preview(["--refresh"]);
    assert.match(previewed.output, /\+ pulumi-nodejs:dynamic\/fluents:AccountConnection: \(create\)/);
    assert.match((await stack.refresh()).output, /- 1 deleted/);
    assert.deepEqual(Object.keys(await stack.readResources()), ["a"]);
    const recreated = await stack.up();
    assert.deepEqual(tabulate(recreated.requests), ["GET /list", `POST /create ${argsOf("b")}`]);
    assert.notEqual(idOf("b"), id);
  });

  it("uses the key that the last up stored, and --run-program the new one", async () => {
    await stack.setConfig("fluents:apiKey", otherKey, true);
    for (const args of [
      ["refresh", "--yes", "--skip-preview"],
      ["preview", "--refresh"],
    ]) {
      const stored = await stack.pulumi([...args, "--expect-no-changes"]);
      assert.deepEqual(readEnvironments(stored), [nameEnvironment(testApiKey)], args[0]);
    }

    // In the wrong environment every connection looks deleted.
    const wrong = await stack.refresh(["--run-program"], { expectCode: 1 });
    assert.deepEqual(readEnvironments(wrong), [nameEnvironment(otherKey)]);
    for (const name of ["a", "b"]) {
      assert.match(
        wrong.output,
        new RegExp(
          `resource "${name}": Fluents has no connection [0-9a-f-]{36}, but the API key or base URL is not the one ` +
            `that last saw it.*\`pulumi state delete 'urn:pulumi:[^']+::${name}'\``,
        ),
      );
    }
    assert.deepEqual(Object.keys(await stack.readResources()).sort(), ["a", "b"]);

    // The wrong key is the stored one now; the right one comes back the same way.
    await stack.setConfig("fluents:apiKey", testApiKey, true);
    await stack.refresh([], { expectCode: 1 });
    await stack.refresh(["--run-program", "--expect-no-changes"]);
    const mended = await stack.refresh(["--expect-no-changes"]);
    assert.deepEqual(readEnvironments(mended), [nameEnvironment(testApiKey)]);
  });

  it("counts a 404 as gone under a new key that sees a neighbour of the connection", async () => {
    stack.service.remove(idOf("b"));
    // The same environment by another address.
    await stack.setConfig("fluents:baseUrl", stack.emulator.url.replace("127.0.0.1", "localhost"));
    // The neighbour's answer comes last.
    stack.emulator.setFaults([
      { path: "get", id: idOf("a"), fault: { kind: "status", status: 503, retryAfter: 1 } },
    ]);

    assert.match((await stack.refresh(["--run-program"])).output, /- 1 deleted/);
    assert.deepEqual(Object.keys(await stack.readResources()), ["a"]);
  });

  it("explains which key was used when it is not accepted", async () => {
    stack.emulator.setFaults([
      { path: "get", times: Infinity, fault: { kind: "status", status: 401, body: { detail: "no" } } },
    ]);
    const refused = await stack.refresh([], { expectCode: 1 });
    assert.match(
      refused.output,
      /The API key is not accepted: set it with `pulumi config set --secret fluents:apiKey`/,
    );
    assert.match(
      refused.output,
      /`pulumi refresh` and `pulumi destroy` use the key that the last `pulumi up` stored/,
    );
    assert.deepEqual(Object.keys(await stack.readResources()).sort(), ["a", "b"]);
  });

  it("fails on any other trouble instead of taking the connection for gone", async () => {
    stack.env.FLUENTS_MAX_RETRIES = "0";
    const troubles: readonly (readonly [Fault, RegExp])[] = [
      [{ kind: "status", status: 500 }, /Fluents answered 500/],
      // A gateway's, not the API's.
      [{ kind: "html", status: 404 }, /Fluents answered 404/],
      [{ kind: "empty" }, /with an empty body/],
      [{ kind: "reset", applied: false }, /no answer from/],
    ];
    for (const [fault, reason] of troubles) {
      stack.emulator.setFaults([{ times: Infinity, fault }]);
      const failed = await stack.refresh([], { expectCode: 1 });
      assert.match(failed.output, reason);
      assert.deepEqual(Object.keys(await stack.readResources()).sort(), ["a", "b"]);
    }
  });
});
