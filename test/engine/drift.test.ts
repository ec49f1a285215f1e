import assert from "node:assert/strict";

import type { ConnectionChanges } from "../emulator/connection";
import {
  programOf,
  programOfMany,
  readDiff,
  readWarnings,
  tabulate,
  TestStack,
  type PulumiResult,
} from "../helpers/stack";

const type = "account_connection_rime";
// In the order in which Pulumi hands keys on.
const credentials = { oauth: { secret: "oauth-secret-0001" }, rime_api_key: "rime-key-0001" };
const userId = "550e8400-e29b-41d4-a716-446655440000";

function fullArgs(label: string): string {
  return JSON.stringify({
    type,
    label,
    description: "declared",
    userId,
    credentials,
    steeringPool: ["+14155550100", "+14155550101"],
    accountSupportsAnyCallerId: true,
    config: { declared: { seconds: 1 } },
  });
}

interface Drift {
  /** What somebody changes behind Pulumi's back. */
  readonly change: ConnectionChanges;
  /** What `pulumi refresh --diff` shows. */
  readonly shown: string[];
  /** What the next `pulumi up` sends to mend it. */
  readonly mend: string[];
}

const drifts: Readonly<Record<string, Drift>> = {
  label: {
    change: { label: "other" },
    shown: ['~ label: "label" => "other"'],
    mend: ['POST /update {"label":"label"}'],
  },
  labelRemoved: {
    change: { label: undefined },
    shown: ['- label: "labelRemoved"'],
    mend: ['POST /update {"label":"labelRemoved"}'],
  },
  description: {
    change: { description: "other" },
    shown: ['~ description: "declared" => "other"'],
    mend: ['POST /update {"description":"declared"}'],
  },
  userId: {
    change: { user_id: "1b4e28ba-2fa1-41d2-883f-0016d3cca427" },
    shown: [`~ userId: "${userId}" => "1b4e28ba-2fa1-41d2-883f-0016d3cca427"`],
    mend: [`POST /update {"user_id":"${userId}"}`],
  },
  credentials: {
    change: { credentials: { ...credentials, rime_api_key: "rime-key-0002" } },
    shown: ["~ credentials: [secret] => [secret]"],
    mend: [`POST /update ${JSON.stringify({ credentials })}`],
  },
  nestedCredential: {
    change: { credentials: { ...credentials, oauth: { secret: "oauth-secret-0002" } } },
    shown: ["~ credentials: [secret] => [secret]"],
    mend: [`POST /update ${JSON.stringify({ credentials })}`],
  },
  steeringPool: {
    change: { steering_pool: ["+14155550100"] },
    shown: ["~ steeringPool: [", '- [1]: "+14155550101"', "]"],
    mend: ['POST /update {"steering_pool":["+14155550100","+14155550101"]}'],
  },
  accountSupportsAnyCallerId: {
    change: { account_supports_any_caller_id: false },
    shown: ["~ accountSupportsAnyCallerId: true => false"],
    mend: ['POST /update {"account_supports_any_caller_id":true}'],
  },
  config: {
    change: { config: { declared: { seconds: 2 }, elsewhere: 1 } },
    shown: ["~ config: {", "~ declared: {", "~ seconds: 1 => 2", "}", "}"],
    mend: ["GET /", 'POST /update {"config":{"declared":{"seconds":1},"elsewhere":1}}'],
  },
};

/** The requests about one connection, a line each. */
function tabulateOf(result: PulumiResult, id: string | undefined): string[] {
  return tabulate(result.requests.filter(({ query }) => query.id === id));
}

/** The line of a diff that takes back what a line says. */
function reverseChange(line: string): string {
  return line.replace(/^~ (\w+): (.*) => (.*)$/, "~ $1: $3 => $2").replace(/^- /, "+ ");
}

/** Ids at the service by label. */
function readIds(stack: TestStack): Record<string, string> {
  return Object.fromEntries(stack.service.list().map(({ id, label = "" }) => [label, id]));
}

describe("drift", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  it("is found in each managed argument, shown, mended by one update of that field, and gone", async () => {
    const names = Object.keys(drifts);
    stack = await TestStack.create({
      program: programOfMany(Object.fromEntries(names.map((name) => [name, fullArgs(name)]))),
    });
    await stack.up();
    const ids = readIds(stack);
    assert.deepEqual(tabulate((await stack.refresh(["--expect-no-changes"])).requests).sort(), [
      "GET /",
      "GET /list",
    ]);
    for (const [name, { change }] of Object.entries(drifts)) {
      stack.service.change(ids[name] ?? "", change);
    }

    const previewed = await stack.preview(["--refresh"]);
    const refreshed = await stack.refresh();
    const mended = await stack.up();
    for (const [name, { shown, mend }] of Object.entries(drifts)) {
      assert.deepEqual(readDiff(previewed.output, name), shown.map(reverseChange));
      assert.deepEqual(readDiff(refreshed.output, name), shown);
      assert.deepEqual(tabulateOf(mended, ids[name]), mend);
    }
    const warnings = Object.entries({ credentials: "rime_api_key", nestedCredential: "oauth.secret" }).map(
      ([name, path]) =>
        `resource "${name}": the credentials were changed behind Pulumi's back: ${path}. ` +
        "`pulumi up --refresh` puts back what the program declares, except under ignoreChanges",
    );
    assert.deepEqual(readWarnings(previewed.output), warnings);
    assert.deepEqual(readWarnings(refreshed.output), warnings);
    assert.doesNotMatch(previewed.output + refreshed.output + mended.output, /(key|secret)-000\d/);

    stack.service.change(ids.label ?? "", { label: "again", config: { declared: 1, elsewhere: 2 } });
    const inOne = await stack.up(["--refresh"]);
    assert.deepEqual(tabulateOf(inOne, ids.label).slice(-2), [
      "GET /",
      'POST /update {"label":"label","config":{"declared":{"seconds":1},"elsewhere":2}}',
    ]);
    assert.equal(inOne.requests.filter(({ method }) => method === "POST").length, 1);

    await stack.preview(["--expect-no-changes", "--refresh"]);
    assert.deepEqual(
      stack.service.list().map((connection) => connection.credentials),
      names.map(() => credentials),
    );
  });

  it("is not what others do to fields, config keys and orders that the program does not declare", async () => {
    const small = JSON.stringify({ type, label: "unmanaged", credentials });
    stack = await TestStack.create({
      program: programOfMany({
        unmanaged: small,
        adopted: '{ type: "account_connection_rime", connectionId: config.require("id"), label: "adopted" }',
        configElsewhere: fullArgs("configElsewhere"),
        poolReordered: fullArgs("poolReordered"),
      }),
    });
    await stack.setConfig("id", stack.service.add({ type, label: "adopted", credentials }).id);
    await stack.up();
    const ids = readIds(stack);
    stack.service.change(ids.unmanaged ?? "", {
      description: "other",
      user_id: userId,
      steering_pool: ["+14155550199"],
      account_supports_any_caller_id: true,
      config: { elsewhere: 1 },
    });
    stack.service.change(ids.adopted ?? "", { credentials: { rime_api_key: "of somebody else" } });
    stack.service.change(ids.configElsewhere ?? "", { config: { declared: { seconds: 1 }, elsewhere: 1 } });
    stack.service.change(ids.poolReordered ?? "", { steering_pool: ["+14155550101", "+14155550100"] });

    const refreshed = await stack.refresh();
    for (const name of Object.keys(ids)) {
      assert.deepEqual(readDiff(refreshed.output, name), [], name);
    }
    const again = await stack.up(["--expect-no-changes"]);
    assert.deepEqual(tabulate(again.requests), []);
    const { unmanaged, adopted } = await stack.readResources();
    assert.equal(unmanaged?.outputs?.description, "other");
    assert.deepEqual(adopted?.outputs?.credentials, null);
  });

  it("in the type is mended with the credentials and config of the type", async () => {
    stack = await TestStack.create({
      program: programOf(JSON.stringify({ type, label: "c", credentials, config: { declared: 1 } })),
    });
    await stack.up();
    const [created] = stack.service.list();
    stack.service.change(created?.id ?? "", { type: "account_connection_deepgram" });

    const refreshed = await stack.refresh();
    assert.match(refreshed.output, /~ type *: "account_connection_rime" => "account_connection_deepgram"/);
    const mended = await stack.up();
    assert.deepEqual(tabulate(mended.requests), [
      "GET /",
      `POST /update ${JSON.stringify({ type, credentials, config: { declared: 1 } })}`,
    ]);
    await stack.up(["--expect-no-changes", "--refresh"]);
    assert.deepEqual(stack.service.list(), [created]);
  });

  it("under ignoreChanges is left as it is", async () => {
    stack = await TestStack.create({
      program: programOf(JSON.stringify({ type, label: "c", credentials }), '{ ignoreChanges: ["label"] }'),
    });
    await stack.up();
    const [created] = stack.service.list();
    stack.service.change(created?.id ?? "", { label: "of the dashboard" });

    await stack.refresh();
    assert.equal((await stack.readResources()).c?.outputs?.label, "of the dashboard");
    assert.deepEqual(tabulate((await stack.up(["--expect-no-changes"])).requests), []);
    stack.write(
      programOf(
        JSON.stringify({ type, label: "c", description: "new", credentials }),
        '{ ignoreChanges: ["label"] }',
      ),
    );
    assert.deepEqual(tabulate((await stack.up()).requests), ['POST /update {"description":"new"}']);
    assert.equal(stack.service.list()[0]?.label, "of the dashboard");
  });
});
