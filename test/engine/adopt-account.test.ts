import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { AccountConnectionType } from "../../provider/account-connection-type";
import type { NewConnection } from "../emulator/connection";
import { typeCheck } from "../helpers/adopt";
import { runCli } from "../helpers/cli";
import { tabulate, TestStack } from "../helpers/stack";

const types = Object.values(AccountConnectionType);

/** Labels as people write them, and as nobody should. */
const labels: readonly (string | undefined)[] = [
  'Twilio, "production"',
  "it's both: \" and '",
  "two\nlines\r\n",
  "😀 👩‍👩‍👧",
  "日本語",
  "duplicate",
  "Duplicate!",
  "",
  undefined,
  "class",
  "24/7",
  "`${process.exit(1)}` */ // \\",
  "line\u2028separator \u202e reversed",
  "  spaces  ",
  "long ".repeat(60),
  "config",
  "__proto__",
];

const credentials: readonly NewConnection["credentials"][] = [
  { api_key: "key with \"quotes\", a \\, a ${dollar} and 'more'" },
  { private_key: "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n", region: "" },
  { oauth: { secret: "日本語 😀", expires: null } },
  { port: 5061.5 },
  { pins: ["0042"] },
  { trusted: false, note: null },
  {},
];

/** A connection unlike its neighbours: types, labels and credentials come round at different paces. */
function describeConnection(index: number): NewConnection {
  const label = labels[index % labels.length];
  const type = types[(index + Math.floor(index / labels.length)) % types.length];
  return {
    type: type ?? AccountConnectionType.Twilio,
    // Each value is set by a `pulumi config set` of its own, which takes time: the first have all kinds and labels.
    credentials: (index < labels.length ? credentials[index % credentials.length] : undefined) ?? {},
    ...(label === undefined ? {} : { label: index < 60 ? label : `${label} ${index % 90}` }),
    ...(index % 3 === 0 ? { description: index % 2 === 0 ? "" : 'for "calls"\n' } : {}),
    ...(index % 4 === 0 ? { steering_pool: index % 8 === 0 ? [] : ["+14155550101", "+14155550100"] } : {}),
    ...(index % 5 === 0 ? { account_supports_any_caller_id: index % 2 === 0 } : {}),
    ...(index % 6 === 0
      ? { config: { voicemail: { enabled: true, words: ["a", null, {}] }, "a key": 1, max_tokens: 100 } }
      : {}),
  };
}

describe("the program that adopt writes", function () {
  this.timeout("15 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  it("adopts 250 connections of all types without an update, and offers only what is new when it is run again", async () => {
    stack = await TestStack.create({ program: "", programFile: "index.ts" });
    for (let index = 0; index < 250; index += 1) {
      stack.service.add(describeConnection(index));
    }
    const before = stack.service.list();
    assert.equal(new Set(before.map(({ type }) => type)).size, types.length);

    const written = await runCli(stack, ["adopt", "--out", "index.ts", "--force", "--set-config"]);
    assert.equal(written.stdout, "");
    assert.match(written.stderr, /^250 connections to adopt; written to .*index\.ts\.$/m);
    assert.deepEqual([...new Set(tabulate(written.requests))], ["GET /list"]);
    await typeCheck(stack);

    const adopted = await stack.up();
    assert.deepEqual([...new Set(tabulate(adopted.requests))], ["GET /"]);
    assert.equal(adopted.requests.length, 250);
    await stack.preview(["--expect-no-changes", "--refresh"]);
    assert.deepEqual(stack.service.list(), before);
    const ids = Object.values(await stack.readResources()).map(({ id }) => id);
    assert.deepEqual(new Set(ids), new Set(before.map(({ id }) => id)));

    const nothing = await runCli(stack, ["adopt", "--out", "more.ts"]);
    assert.match(nothing.stderr, /^0 connections to adopt, 250 managed by stack dev already\.$/m);

    const { id } = stack.service.add({ type: types[0] ?? "", label: "duplicate", credentials: { a: "b" } });
    const again = await runCli(stack, ["adopt", "--out", "more.ts", "--set-config"]);
    assert.match(again.stderr, /^1 connection to adopt, 250 managed by stack dev already; written to /m);
    const program = readFileSync(join(stack.folder, "index.ts"), "utf8");
    stack.write(`${program}\nexport * as more from "./more";\n`);
    await typeCheck(stack);
    const more = await stack.up();
    assert.deepEqual(
      more.requests.map(({ method, query }) => [method, query.id]),
      [["GET", id]],
    );
    await stack.preview(["--expect-no-changes"]);
  });
});
