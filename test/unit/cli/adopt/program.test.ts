import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";

import fc from "fast-check";
import { check } from "prettier";
import ts from "typescript";

import type { Connection } from "../../../../provider/api/wire";
import {
  loadNaming,
  nameConfigKeys,
  nameConnections,
  type Naming,
} from "../../../../provider/cli/adopt/naming";
import { writeProgram, type NamedResource } from "../../../../provider/cli/adopt/program";
import { planResource } from "../../../../provider/cli/adopt/resource";
import { SecretTexts } from "../../../../provider/cli/adopt/secret-texts";
import { AccountConnectionType } from "../../../../provider/account-connection-type";
import { splitPath, type JsonObject } from "../../../../provider/json";

/** Runs a program, with a stack's configuration that holds what `secrets` do. Gives the arguments by resource name. */
function run(program: string, resources: readonly NamedResource[]): Record<string, unknown> {
  const config = new Map(
    resources.flatMap(({ plan, configKeys }) =>
      plan.secrets.map(({ path, value }): [string | undefined, unknown] => [configKeys.get(path), value]),
    ),
  );
  const read = (type: string) => (key: string) => {
    assert.equal(typeof config.get(key), type, key);
    return config.get(key);
  };
  class Config {
    requireSecret = read("string");
    requireSecretNumber = read("number");
    requireSecretBoolean = read("boolean");
  }
  const made: Record<string, unknown> = {};
  class AccountConnection {
    id = "made";
    constructor(name: string, args: unknown) {
      made[name] = args;
    }
  }
  const { outputText, diagnostics } = ts.transpileModule(program, {
    reportDiagnostics: true,
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, strict: true },
  });
  assert.deepEqual(diagnostics, []);
  const modules: Record<string, unknown> = {
    "@pulumi/pulumi": { Config },
    "pulumi-fluents": { AccountConnection, AccountConnectionType },
  };
  const exported: { connectionIds?: object } = {};
  runInNewContext(outputText, { require: (name: string) => modules[name], exports: exported });
  assert.deepEqual(
    Object.keys(exported.connectionIds ?? {}),
    resources.map(({ name }) => name.variable),
  );
  return made;
}

describe("a program that adopts connections", () => {
  let naming: Naming;
  before(async () => {
    naming = await loadNaming();
  });

  function describeAll(connections: readonly Connection[]): NamedResource[] {
    const names = nameConnections(connections, new Map(), naming);
    return connections.map((connection) => {
      const { plan } = planResource(connection, new SecretTexts());
      const name = names.get(connection.id);
      assert.ok(plan !== undefined && name !== undefined);
      const paths = plan.secrets.map(({ path }) => path);
      const keys = nameConfigKeys(name.variable, connection.type, paths.map(splitPath), naming);
      return { plan, name, configKeys: new Map(paths.map((path, index) => [path, keys[index] ?? ""])) };
    });
  }

  const write = (connection: Partial<Connection>) => {
    const resources = describeAll([
      { id: "id-1", type: AccountConnectionType.Twilio, config: {}, ...connection },
    ]);
    return { resources, program: writeProgram(resources) };
  };

  it("is short, and says what it does", () => {
    const { program } = write({
      label: 'The "main" line',
      credentials: { twilio_account_sid: "AC1", port: 5, on: true, masked: "****" },
      steeringPool: ["+14155550100"],
      config: { "a key": null },
    });
    assert.equal(
      program,
      `// Account connections of Fluents that exist already: \`pulumi up\` adopts them by
// their ids, and sends only what Fluents masks. Written by \`pulumi-fluents
// adopt\`; yours to edit. An argument that is not here is not managed: its value
// at Fluents stays.

import * as pulumi from "@pulumi/pulumi";
import * as fluents from "pulumi-fluents";

const config = new pulumi.Config();

// Fluents masks these, set their true values first: theMainLine_masked
const theMainLine = new fluents.AccountConnection("the-main-line", {
  type: fluents.AccountConnectionType.Twilio,
  connectionId: "id-1",
  label: 'The "main" line',
  steeringPool: ["+14155550100"],
  credentials: {
    twilio_account_sid: config.requireSecret("theMainLine_accountSid"),
    port: config.requireSecretNumber("theMainLine_port"),
    on: config.requireSecretBoolean("theMainLine_on"),
    masked: config.requireSecret("theMainLine_masked"),
  },
  config: {
    "a key": null,
  },
});

/** Ids of the connections. */
export const connectionIds = {
  theMainLine: theMainLine.id,
};
`,
    );
  });

  it("needs nothing of the SDK where there are no secrets, and names new types by their values", () => {
    const { program } = write({ type: "account_connection_new" });
    assert.doesNotMatch(program, /@pulumi\/pulumi|new pulumi\.Config/);
    assert.match(program, /type: "account_connection_new",/);
  });

  it("keeps a comment on its line, whatever the keys are", () => {
    const { program } = write({ config: { 'a\nb*/\u2028";process.exit(1)//': { api_key: "****" } } });
    assert.match(
      program,
      /^\/\/ Not managed: config\.a\?b\*\/\?";process\.exit\(1\)\/\/: Fluents masks a value in it$/m,
    );
  });

  const long = "a-very-long-word-".repeat(6);
  for (const [what, fields] of [
    ["long texts", { label: long, description: `"${long}'`, credentials: { [long]: "x", key: "x" } }],
    [
      "long keys",
      { label: "x".repeat(40), config: { ["k".repeat(70)]: { b: "x".repeat(20), api_key: "1" } } },
    ],
    ["lists", { steeringPool: Array.from({ length: 20 }, (_, index) => `+141555501${index + 10}`) }],
    [
      "nested settings",
      { config: { a: [{ b: [] }, {}, [], [[1, "x"]], null], c: { d: { e: {} } }, "f-g": [long, 2] } },
    ],
    ["nested credentials", { credentials: { list: ["a", { b: "c", d: [1, true] }], ["k".repeat(69)]: "v" } }],
  ] as const) {
    it(`is formatted as Prettier does: ${what}`, async () => {
      const { program, resources } = write(fields);
      assert.ok(await check(program, { parser: "typescript" }), program);
      assert.equal(
        JSON.stringify(Object.values(run(program, resources))),
        JSON.stringify([resources[0]?.plan.args]),
      );
    });
  }

  it("has the values of the connections, whatever these are", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 8 }),
      fc.constantFrom('"', "'", "\\", "\n", "\u2028", "`${1}`", "*/", "//", "class"),
    );
    const leaf = fc.oneof(
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    );
    const { object } = fc.letrec<{ object: JsonObject; value: unknown }>((tie) => ({
      object: fc.dictionary(text, tie("value"), { maxKeys: 3 }),
      value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie("value"), { maxLength: 3 }), tie("object")),
    }));
    const connection = fc.record({
      id: fc.uuid(),
      type: fc.constantFrom("account_connection_twilio", "account_connection_new"),
      label: text,
      description: text,
      credentials: object,
      steeringPool: fc.array(text, { maxLength: 3 }),
      config: object,
    });
    fc.assert(
      fc.property(fc.uniqueArray(connection, { selector: ({ id }) => id, maxLength: 4 }), (connections) => {
        const resources = describeAll(connections);
        const expected = Object.fromEntries(resources.map(({ name, plan }) => [name.resource, plan.args]));
        // -0 is 0 in a program, as it is in JSON.
        assert.equal(JSON.stringify(run(writeProgram(resources), resources)), JSON.stringify(expected));
      }),
      { numRuns: 60 },
    );
  });
});
