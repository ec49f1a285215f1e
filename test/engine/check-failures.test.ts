import assert from "node:assert/strict";

import { programOf, tabulate, TestStack, type StackOptions } from "../helpers/stack";

const start = 'type: "account_connection_rime", label: "HUNTER2"';
const credentials = 'credentials: { rime_api_key: "HUNTER2" }';

/** Each program, and what the engine prints as the problem of its resource. */
const refusals: readonly [title: string, args: string, problems: readonly string[]][] = [
  [
    "an unknown argument name, by the nearest one",
    `{ ${start}, ${credentials}, steeringpol: ["HUNTER2"] }`,
    ['steeringpol is not an argument; did you mean "steeringPool"?'],
  ],
  [
    "wrong types, all of them at once",
    `{ type: ["HUNTER2"], label: 5, description: true, userId: "", credentials: "HUNTER2", steeringPool: "HUNTER2",
       accountSupportsAnyCallerId: "HUNTER2", config: ["HUNTER2"], onDelete: "HUNTER2", allowDuplicate: "HUNTER2" }`,
    [
      "type must be text, e.g. AccountConnectionType.Twilio",
      'label must be text; "" empties it, leave it out to not manage it',
      'description must be text; "" empties it, leave it out to not manage it',
      'userId must be text that is not empty, e.g. "550e8400-e29b-41d4-a716-446655440000"',
      "credentials must be an object, e.g. { twilio_account_sid: …, twilio_auth_token: … }",
      'steeringPool must be a list of phone numbers, e.g. ["+14155550100"]; [] empties it',
      "accountSupportsAnyCallerId must be true or false",
      "config must be an object, e.g. { voicemail_detection: {} }",
      'onDelete must be "retain" or "scrub"',
      "allowDuplicate must be true or false",
    ],
  ],
  [
    "missing credentials",
    `{ ${start} }`,
    ["credentials is required, unless connectionId names a connection to adopt"],
  ],
  [
    "empty credentials",
    `{ ${start}, credentials: {} }`,
    ["credentials must not be empty: give the vendor's credentials, or leave it out beside connectionId"],
  ],
  [
    "an empty text in them, and one that a config key without a value leaves",
    `{ ${start}, credentials: { token: "HUNTER2", oauth: { list: ["HUNTER2", ""], secret: config.get("nope") } } }`,
    [
      "credentials.oauth.list.1 must not be empty: is its config value set? See `pulumi config`",
      "credentials.oauth.secret must not be empty: is its config value set? See `pulumi config`",
    ],
  ],
  [
    "a type that is none",
    `{ type: "twilio", label: "HUNTER2", ${credentials} }`,
    ['type is not a type of account connection; the nearest is "account_connection_twilio"'],
  ],
  [
    "scrubbing an adopted connection",
    `{ ${start}, connectionId: "HUNTER2", onDelete: "scrub" }`,
    ['onDelete must not be "scrub" beside connectionId: an adopted connection is always retained'],
  ],
];

const keyMend = "run `pulumi config set --secret fluents:apiKey`";

const misconfigurations: readonly [title: string, env: StackOptions["env"], problem: string][] = [
  [
    "a base URL that sends the key over plain http",
    { FLUENTS_API_URL: "http://fluents.example" },
    "config fluents:baseUrl (from FLUENTS_API_URL) must be an address that begins with https:// (http:// for loopback) and has no user, query or fragment",
  ],
  [
    "no API key",
    { FLUENTS_API_KEY: undefined },
    `config fluents:apiKey is missing: ${keyMend} in the stack's project, or set FLUENTS_API_KEY`,
  ],
  [
    "an API key with a line break",
    { FLUENTS_API_KEY: "HUN\nTER2" },
    `config fluents:apiKey (from FLUENTS_API_KEY) holds a character that no API key has (space, line break, …): ${keyMend} ` +
      "in the stack's project, or set FLUENTS_API_KEY",
  ],
];

/** The problems that the engine prints for the resource, from the first line of them to the last. */
function readProblems(output: string): string[] {
  const [, text = ""] =
    /error: pulumi-nodejs:\S+ resource 'c' has a problem: ([^]*?)(?=\nerror: |$)/.exec(output) ?? [];
  const items = text.split("\n  - ").map((line) => line.trim());
  return items.filter((item) => item !== "");
}

describe("check, as the engine prints it,", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  it("refuses each wrong argument by its path, without a value, before anything is sent", async () => {
    stack = await TestStack.create({ program: "" });
    for (const [title, args, problems] of refusals) {
      stack.write(programOf(args));
      const { output, requests } = await stack.preview([], { expectCode: 1 });
      const expected = problems.map((problem) => `${problem} (code: invalid_arguments)`);
      assert.deepEqual(readProblems(output), expected, title);
      assert.doesNotMatch(output, /HUNTER2|HUN$/m, title);
      assert.deepEqual(requests, [], title);
    }
  });

  for (const [title, env, problem] of misconfigurations) {
    it(`refuses ${title} beside what is wrong with the arguments, in preview and up`, async () => {
      stack = await TestStack.create({
        program: programOf(`{ ${start}, ${credentials}, lable: "HUNTER2" }`),
        env: { ...env },
      });
      const previewed = await stack.preview([], { expectCode: 1 });
      const updated = await stack.up(["--diff"], { expectCode: 1 });
      for (const { output, requests } of [previewed, updated]) {
        assert.deepEqual(readProblems(output), [
          'lable is not an argument; did you mean "label"? (code: invalid_arguments)',
          `${problem} (code: invalid_configuration)`,
        ]);
        assert.doesNotMatch(output, /HUN(TER2)?\b/);
        assert.deepEqual(requests, []);
      }
    });
  }

  it("lets a misspelt type be corrected with the same credentials, by another rotationTrigger", async () => {
    const fields = 'label: "c", credentials: { api_key: "same-key-0001" }';
    stack = await TestStack.create({ program: programOf(`{ type: "account_connection_rimee", ${fields} }`) });
    const created = await stack.up();
    assert.match(created.output, /warning: .* Did you mean "account_connection_rime"\?/);
    const corrected = `{ type: "account_connection_rime", ${fields}`;
    stack.write(programOf(`${corrected} }`));
    const refused = await stack.up([], { expectCode: 1 });
    assert.match(
      refused.output,
      /type must not change alone: .* or, if they stay the same, another rotationTrigger/,
    );
    stack.write(programOf(`${corrected}, rotationTrigger: 1 }`));
    assert.deepEqual(tabulate((await stack.up()).requests), [
      'POST /update {"type":"account_connection_rime","credentials":{"api_key":"same-key-0001"}}',
    ]);
    await stack.preview(["--refresh", "--expect-no-changes"]);
  });

  it("passes a type that Fluents added later with a warning, in arguments and in answers", async () => {
    stack = await TestStack.create({
      program: programOf(
        '{ type: "account_connection_newvendor", label: "c", credentials: { key: "new-key-0001" } }',
      ),
    });
    const created = await stack.up();
    assert.match(
      created.output,
      /warning: .*type is not one that this release knows; it is passed to Fluents as it is/,
    );
    assert.equal(stack.service.list()[0]?.type, "account_connection_newvendor");
    await stack.preview(["--refresh", "--expect-no-changes"]);

    stack.service.change(stack.service.list()[0]?.id ?? "", { type: "account_connection_newer" });
    await stack.refresh();
    assert.equal((await stack.readResources()).c?.outputs?.type, "account_connection_newer");
  });
});
