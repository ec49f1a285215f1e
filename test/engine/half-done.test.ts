import assert from "node:assert/strict";

import { assertNoCanary, makeSecret } from "../helpers/canary";
import { programOf, TestStack } from "../helpers/stack";

const [old, added] = ["old", "new"].map(makeSecret) as [string, string];

/** More than 64 KiB. */
const poolSize = 5000;

function programWith(config: string): string {
  return programOf(`{
  type: "account_connection_rime",
  label: "Rime",
  credentials: { rime_api_key: "key-1" },
  steeringPool: Array.from({ length: ${poolSize} }, (_, index) => \`+1415\${1_000_000 + index}\`),
  config: ${config},
}`);
}

describe("an update whose answer is lost", function () {
  this.timeout("5 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  it("leaves secret settings secret, also at a refresh, and ends however large the connection is", async () => {
    const env = { OLD: old, ADDED: added, FLUENTS_MAX_RETRIES: "0" };
    const secretOf = (variable: string) => `pulumi.secret(process.env.${variable})`;
    stack = await TestStack.create({
      program: programWith(`{ webhook: ${secretOf("OLD")}, section: { on: true } }`),
      env,
    });
    await stack.up();
    stack.write(programWith(`{ section: { on: true, token: ${secretOf("ADDED")} } }`));
    stack.emulator.setFaults([{ path: "update", fault: { kind: "reset", applied: true } }]);
    const lost = await stack.up([], { expectCode: 1 });
    assert.match(lost.output, /it is not known whether the update was applied/);
    const afterLoss = await stack.exportState();
    const refreshed = await stack.refresh();
    const afterRefresh = await stack.exportState();
    const { output } = await stack.up();
    const c = (await stack.readResources()).c ?? assert.fail();
    assert.deepEqual(c.outputs?.config, { section: { on: true, token: added } });
    assert.equal((c.outputs.steeringPool as string[]).length, poolSize);
    assertNoCanary({
      lost: lost.output,
      afterLoss,
      refreshed: refreshed.output,
      afterRefresh,
      output,
      afterUp: await stack.exportState(),
    });
    await stack.preview(["--expect-no-changes"]);
  });
});
