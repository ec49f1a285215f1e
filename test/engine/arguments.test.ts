import assert from "node:assert/strict";

import { programOfMany, readDiff, readWarnings, tabulate, tabulateOf, TestStack } from "../helpers/stack";

const type = "account_connection_rime";
const userId = "550e8400-e29b-41d4-a716-446655440000";
const otherUserId = "1b4e28ba-2fa1-41d2-883f-0016d3cca427";
// In the order in which Pulumi hands keys on.
const credentials = { oauth: { id: "oauth-id", secret: "oauth-secret-1" }, rime_api_key: "rime-key-1" };
const rotated = { ...credentials, rime_api_key: "rime-key-2" };
const config = { kept: { seconds: 1 }, voices: ["a", "b"] };

type Args = Readonly<Record<string, unknown>>;

function fullArgs(label: string): Args {
  return {
    type,
    label,
    description: "before",
    userId,
    credentials,
    steeringPool: ["+14155550100", "+14155550101"],
    accountSupportsAnyCallerId: true,
    config,
    rotationTrigger: { on: 1 },
  };
}

interface Change {
  /** What changes in the arguments; `undefined` leaves one out. */
  readonly args: Args;
  /** What `pulumi up --diff` shows; absent where Pulumi sees no change itself, and shows the whole resource. */
  readonly shown?: string[];
  readonly requests: string[];
}

const changes: Readonly<Record<string, Change>> = {
  userId: {
    args: { userId: otherUserId },
    shown: [`~ userId: "${userId}" => "${otherUserId}"`],
    requests: [`POST /update {"user_id":"${otherUserId}"}`],
  },
  label: {
    args: { label: "after" },
    shown: ['~ label: "label" => "after"'],
    requests: ['POST /update {"label":"after"}'],
  },
  labelEmptied: {
    args: { label: "" },
    shown: ['- label: "labelEmptied"'],
    requests: ['POST /update {"label":""}'],
  },
  description: {
    args: { description: "after" },
    shown: ['~ description: "before" => "after"'],
    requests: ['POST /update {"description":"after"}'],
  },
  descriptionEmptied: {
    args: { description: "" },
    shown: ['- description: "before"'],
    requests: ['POST /update {"description":""}'],
  },
  steeringPool: {
    args: { steeringPool: ["+14155550100", "+14155550102"] },
    shown: ["~ steeringPool: [", '~ [1]: "+14155550101" => "+14155550102"', "]"],
    requests: ['POST /update {"steering_pool":["+14155550100","+14155550102"]}'],
  },
  steeringPoolEmptied: {
    args: { steeringPool: [] },
    shown: ["~ steeringPool: [", '- [0]: "+14155550100"', '- [1]: "+14155550101"', "]"],
    requests: ['POST /update {"steering_pool":[]}'],
  },
  accountSupportsAnyCallerId: {
    args: { accountSupportsAnyCallerId: false },
    shown: ["~ accountSupportsAnyCallerId: true => false"],
    requests: ['POST /update {"account_supports_any_caller_id":false}'],
  },
  credentials: {
    args: { credentials: rotated },
    shown: ["~ credentials: [secret] => [secret]"],
    requests: [`POST /update ${JSON.stringify({ credentials: rotated })}`],
  },
  rotationTrigger: {
    args: { rotationTrigger: { on: 2 } },
    shown: ["~ rotationTrigger: {", "~ on: 1 => 2", "}"],
    requests: [`POST /update ${JSON.stringify({ credentials })}`],
  },
  type: {
    args: { type: "account_connection_deepgram", credentials: { deepgram_api_key: "dg-key-1" } },
    shown: [
      "~ credentials: [secret] => [secret]",
      '~ type : "account_connection_rime" => "account_connection_deepgram"',
    ],
    requests: [
      "GET /",
      `POST /update ${JSON.stringify({
        type: "account_connection_deepgram",
        credentials: { deepgram_api_key: "dg-key-1" },
        config: { elsewhere: "of the dashboard", ...config },
      })}`,
    ],
  },
  config: {
    args: { config: { ...config, kept: { seconds: 2 } } },
    shown: ["~ config: {", "~ kept: {", "~ seconds: 1 => 2", "}", "}"],
    requests: [
      "GET /",
      `POST /update ${JSON.stringify({ config: { elsewhere: "of the dashboard", ...config, kept: { seconds: 2 } } })}`,
    ],
  },
  configKeyAdded: {
    args: { config: { ...config, added: 1 } },
    shown: ["~ config: {", "+ added: 1", "}"],
    requests: [
      "GET /",
      `POST /update ${JSON.stringify({ config: { elsewhere: "of the dashboard", ...config, added: 1 } })}`,
    ],
  },
  // Pulumi takes null for nothing.
  configKeyOnlyNull: {
    args: { config: { ...config, added: null } },
    requests: [
      "GET /",
      `POST /update ${JSON.stringify({ config: { elsewhere: "of the dashboard", ...config, added: null } })}`,
    ],
  },
  configKeyNoLongerDeclared: {
    args: { config: { kept: config.kept } },
    shown: ["~ config: {", "- voices: [", '- [0]: "a"', '- [1]: "b"', "]", "}"],
    requests: [],
  },
  configKeySetToNull: {
    args: { config: { ...config, voices: null } },
    shown: ["~ config: {", "- voices: [", '- [0]: "a"', '- [1]: "b"', "]", "}"],
    requests: [
      "GET /",
      `POST /update ${JSON.stringify({ config: { elsewhere: "of the dashboard", ...config, voices: null } })}`,
    ],
  },
  onDelete: { args: { onDelete: "scrub" }, shown: ['+ onDelete: "scrub"'], requests: [] },
  allowDuplicate: { args: { allowDuplicate: true }, shown: ["+ allowDuplicate: true"], requests: [] },
};

const names = Object.keys(changes);

function programWith(argsOf: (name: string) => Args, all: readonly string[] = names): string {
  return programOfMany(Object.fromEntries(all.map((name) => [name, JSON.stringify(argsOf(name))])));
}

/** Ids at the service by label. */
function readIds(stack: TestStack): Record<string, string> {
  return Object.fromEntries(stack.service.list().map(({ id, label = "" }) => [label, id]));
}

describe("an argument", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  it("that changes alone is one update that holds just that field, or nothing", async () => {
    stack = await TestStack.create({ program: programWith(fullArgs) });
    await stack.up();
    const ids = readIds(stack);
    // Somebody sets a key that the program does not declare.
    for (const id of Object.values(ids)) {
      stack.service.change(id, { config: { elsewhere: "of the dashboard", ...config } });
    }
    assert.deepEqual(tabulate((await stack.preview(["--expect-no-changes"])).requests), []);

    stack.write(programWith((name) => ({ ...fullArgs(name), ...changes[name]?.args })));
    const changed = await stack.up(["--diff"]);
    for (const [name, { shown, requests }] of Object.entries(changes)) {
      if (shown !== undefined) {
        const diff = readDiff(changed.output, name);
        const end = diff.indexOf("--outputs:--");
        assert.deepEqual(diff.slice(0, end < 0 ? undefined : end), shown, name);
      }
      assert.deepEqual(tabulateOf(changed, ids[name]), requests, name);
      assert.deepEqual(
        stack.service.get(ids[name] ?? "")?.config.elsewhere,
        "of the dashboard",
        `config of ${name}`,
      );
    }
    assert.deepEqual(readWarnings(changed.output), []);
    // One of each type is read singly, to compare it with the list.
    assert.deepEqual(
      tabulate((await stack.preview(["--expect-no-changes", "--refresh"])).requests).toSorted(),
      ["GET /", "GET /", "GET /list"],
    );
    assert.deepEqual(stack.service.get(ids.configKeyNoLongerDeclared ?? "")?.config.voices, ["a", "b"]);
    assert.deepEqual(stack.service.get(ids.type ?? "")?.credentials, { deepgram_api_key: "dg-key-1" });
  });

  it("connectionId set to the current id and removed again sends nothing", async () => {
    stack = await TestStack.create({ program: programWith(fullArgs, ["made"]) });
    await stack.up();
    const id = readIds(stack).made;
    for (const connectionId of [id, undefined]) {
      stack.write(programWith((name) => ({ ...fullArgs(name), connectionId }), ["made"]));
      assert.deepEqual(tabulate((await stack.up()).requests), []);
      assert.deepEqual(tabulate((await stack.up(["--expect-no-changes"])).requests), []);
      assert.equal((await stack.readResources()).made?.id, id);
    }
    assert.equal(stack.service.list().length, 1);
  });

  it("that goes from the program sends nothing, and one warning names it", async () => {
    const remote = [
      "label",
      "description",
      "userId",
      "steeringPool",
      "accountSupportsAnyCallerId",
      "config",
    ] as const;
    const emptying: Partial<Record<string, string>> = {
      label: '; to empty it, declare label: ""',
      description: '; to empty it, declare description: ""',
      steeringPool: "; to empty it, declare steeringPool: []",
    };
    const silent = ["rotationTrigger"];
    const all = [...remote, ...silent];
    stack = await TestStack.create({ program: programWith(fullArgs, all) });
    await stack.up();
    const before = stack.service.list();
    const ids = readIds(stack);

    stack.write(programWith((name) => ({ ...fullArgs(name), [name]: undefined }), all));
    const changed = await stack.up();
    assert.deepEqual(tabulate(changed.requests), []);
    assert.deepEqual(
      readWarnings(changed.output),
      remote
        .map(
          (name) =>
            `resource "${name}": no longer declared, so no longer managed: ${name}. ` +
            `The connection keeps what it has${emptying[name] ?? ""}`,
        )
        .toSorted(),
    );
    const again = await stack.up(["--expect-no-changes"]);
    assert.deepEqual([...readWarnings(again.output), ...tabulate(again.requests)], []);
    assert.deepEqual(stack.service.list(), before);

    // Declared again with what the connection has: only a trigger that was not there is news.
    stack.write(programWith(fullArgs, all));
    const declaredAgain = await stack.up();
    assert.deepEqual(tabulateOf(declaredAgain, ids.rotationTrigger), [
      `POST /update ${JSON.stringify({ credentials })}`,
    ]);
    assert.deepEqual(tabulateOf(declaredAgain, ids.config), ["GET /"]);
    assert.equal(declaredAgain.requests.length, 2);
    await stack.up(["--expect-no-changes"]);
  });

  it("whose numbers or keys are in another order has not changed", async () => {
    stack = await TestStack.create({ program: programWith(fullArgs, ["a"]) });
    await stack.up();
    const reordered = {
      ...fullArgs("a"),
      credentials: {
        rime_api_key: credentials.rime_api_key,
        oauth: { secret: credentials.oauth.secret, id: credentials.oauth.id },
      },
      config: { voices: config.voices, kept: config.kept },
      steeringPool: ["+14155550101", "+14155550100"],
    };
    stack.write(programWith(() => reordered, ["a"]));
    await stack.preview(["--expect-no-changes"]);
    assert.deepEqual(tabulate((await stack.up(["--expect-no-changes"])).requests), []);
    await stack.preview(["--expect-no-changes"]);
    await stack.preview(["--expect-no-changes", "--refresh"]);
    // A list inside config is ordered.
    stack.write(
      programWith(() => ({ ...reordered, config: { voices: ["b", "a"], kept: config.kept } }), ["a"]),
    );
    assert.deepEqual(tabulate((await stack.up()).requests), [
      "GET /",
      'POST /update {"config":{"kept":{"seconds":1},"voices":["b","a"]}}',
    ]);
  });
});
