import assert from "node:assert/strict";

import fc from "fast-check";

import {
  loadNaming,
  nameConfigKeys,
  nameConnections,
  type Nameable,
  type Naming,
} from "../../../../provider/cli/adopt/naming";

const none = new Map<string, string | undefined>();

/** Connections of Twilio with these labels; their ids are those of their places. */
function withLabels(...labels: (string | undefined)[]): Nameable[] {
  return labels.map((label, index) => ({
    id: `${index}0000000-0000-4000-8000-000000000000`,
    type: "account_connection_twilio",
    label,
  }));
}

describe("names of adopted connections", () => {
  let naming: Naming;
  before(async () => {
    naming = await loadNaming();
  });

  const name = (connections: readonly Nameable[], owners = none) => [
    ...nameConnections(connections, owners, naming).values(),
  ];
  const nameOne = (label: string | undefined, type = "account_connection_twilio") => {
    const [only] = name([{ id: "id", type, label }]);
    return [only?.resource, only?.variable];
  };

  for (const [label, resource, variable] of [
    ["Twilio, production", "twilio-production", "twilioProduction"],
    ["Über Größe", "ueber-groesse", "ueberGroesse"],
    ["OpenAI", "openai", "openai"],
    ["two\nlines\u2028and 😀", "two-lines-and", "twoLinesAnd"],
    ["24/7", "twilio-24-7", "twilio247"],
    ["日本語", "twilio", "twilio"],
    ["", "twilio", "twilio"],
    [undefined, "twilio", "twilio"],
    ["class", "class", "classConnection"],
    ["await", "await", "awaitConnection"],
    ["config", "config", "configConnection"],
    ["Pulumi", "pulumi", "pulumiConnection"],
    ["require", "require", "requireConnection"],
    ["undefined", "undefined", "undefinedConnection"],
    ["process", "process", "processConnection"],
    ["__proto__", "proto", "proto"],
    ["word ".repeat(20), "word-word-word-word-word-word-word-word", "wordWordWordWordWordWordWordWord"],
    ["x".repeat(100), "x".repeat(40), "x".repeat(40)],
  ] as const) {
    it(`make ${resource} and ${variable} of ${JSON.stringify(label)}`, () => {
      assert.deepEqual(nameOne(label), [resource, variable]);
    });
  }

  it("begin with a letter even where the type does not", () => {
    assert.deepEqual(nameOne("", "account_connection_3cx"), ["connection-3cx", "connection3cx"]);
    assert.deepEqual(nameOne("1", "account_connection_3cx"), ["connection-3cx-1", "connection3cx1"]);
  });

  it("get the beginning of the id wherever two would be the same, all of them", () => {
    assert.deepEqual(
      name(withLabels("a-1", "a1", "b", "A 1")).map(({ variable }) => variable),
      ["a100000000", "a110000000", "b", "a130000000"],
    );
  });

  it("take more of the id, and its digest, where the beginning does not suffice", () => {
    const sequence = ["conn_000000001", "conn_000000002"].map((id) => ({ id, type: "x", label: "same" }));
    assert.deepEqual(
      name(sequence).map(({ resource }) => resource),
      ["same-conn000000001", "same-conn000000002"],
    );
    const [first, second] = name(["aB", "Ab"].map((id) => ({ id, type: "x", label: "same" })));
    assert.match(first?.resource ?? "", /^same-ab[0-9a-f]{6}$/);
    assert.notEqual(first?.resource, second?.resource);
  });

  it("do not meet a name that a suffix makes", () => {
    const [, , plain] = withLabels("a", "a", "a 10000000");
    assert.ok(plain !== undefined);
    const names = name([...withLabels("a", "a"), plain]).map(({ variable }) => variable);
    assert.equal(new Set(names).size, 3);
  });

  it("leave names of the stack to their owners", () => {
    const [one, two] = withLabels("Twilio", "Other");
    assert.ok(one !== undefined && two !== undefined);
    const owners = new Map([
      ["twilio", "another id"],
      ["other", two.id],
    ]);
    assert.deepEqual(
      name([one, two], owners).map(({ resource }) => resource),
      ["twilio-00000000", "other"],
    );
    assert.equal(name([two], new Map([["other", undefined]]))[0]?.resource, "other-10000000");
  });

  it("are identifiers, differ, and do not depend on the order, whatever the labels", () => {
    const connection = fc.record({
      id: fc.oneof(fc.uuid(), fc.string({ minLength: 1, maxLength: 3 })),
      type: fc.constantFrom("account_connection_twilio", "account_connection_openai", "account_connection_1"),
      label: fc.option(
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 12 }),
          fc.constantFrom("a", "A", "a-1", "class", "constructor"),
        ),
        { nil: undefined },
      ),
    });
    const account = fc.uniqueArray(connection, { selector: ({ id }) => id, maxLength: 12 });
    fc.assert(
      fc.property(account, (connections) => {
        const names = nameConnections(connections, none, naming);
        const variables = [...names.values()].map(({ variable }) => variable);
        const resources = [...names.values()].map(({ resource }) => resource);
        assert.equal(new Set(variables).size, connections.length);
        assert.equal(new Set(resources).size, connections.length);
        for (const variable of variables) {
          assert.match(variable, /^[a-z][A-Za-z0-9]*$/);
          assert.ok(!naming.isReserved(variable));
        }
        const reversed = nameConnections([...connections].reverse(), none, naming);
        assert.deepEqual(new Map([...reversed].reverse()), names);
      }),
    );
  });

  it("of config values come from the variable and the path, without the vendor's name twice", () => {
    const paths = [
      ["credentials", "twilio_account_sid"],
      ["credentials", "oauth", "list", "0"],
      ["config", "webhookToken"],
      ["label"],
    ];
    assert.deepEqual(nameConfigKeys("main", "account_connection_twilio", paths, naming), [
      "main_accountSid",
      "main_oauthList0",
      "main_configWebhookToken",
      "main_label",
    ]);
  });

  it("of config values that would be the same differ by their paths, whatever the order", () => {
    const paths = [
      ["credentials", "a_b"],
      ["credentials", "aB"],
      ["credentials", "日本"],
      ["credentials", "x".repeat(60)],
      ["credentials", `${"x".repeat(60)}y`],
    ];
    const keys = nameConfigKeys("v", "account_connection_twilio", paths, naming);
    assert.equal(new Set(keys).size, paths.length);
    for (const key of keys) {
      assert.match(key, /^v(_\w+)?_[0-9a-f]{16}$/);
    }
    const reversed = nameConfigKeys("v", "account_connection_twilio", [...paths].reverse(), naming);
    assert.deepEqual([...reversed].reverse(), keys);
  });
});
