import assert from "node:assert/strict";
import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { installConsumer, linkModules, quickNpm } from "../helpers/package";
import { runCommand } from "../helpers/run-command";
import { TestStack, type PulumiResult } from "../helpers/stack";

const examples = join(__dirname, "..", "..", "examples");

/** Part of every value below that a policy could quote. */
const canary = "Canary5t8W1d";

/** What each policy says of the connections below. */
const violations = [
  "advisory credentials-are-rotated old",
  "mandatory credentials-are-secret bare",
  "mandatory on-delete-as-decided scrubbed",
  "mandatory pools-are-not-empty silent",
  "mandatory production-is-protected open",
];

describe("examples/policy", function () {
  this.timeout("10 min");

  /** Holds a copy of the pack, below a folder with the packed package. */
  let folder: string;
  let stack: TestStack;

  before(async () => {
    folder = mkdtempSync(join(await installConsumer(), "policy-"));
    cpSync(join(examples, "policy"), join(folder, "policy"), {
      recursive: true,
      filter: (path) => !path.slice(examples.length).includes("node_modules"),
    });
    linkModules(await installConsumer(), join(folder, "policy"));
    await runCommand("npm", ["install"], {
      cwd: join(folder, "policy"),
      env: { ...process.env, ...quickNpm },
    });
  });

  afterEach(() => stack.close());

  it("finds each violation, stops what is mandatory before it is sent, and quotes no property", async () => {
    stack = await TestStack.create({ parentFolder: folder, program: "" });
    const found = stack.service.add({ type: "account_connection_rime", label: `${canary}-found` });
    await stack.setConfig("foundId", found.id);
    const kept = [connection("old", "protect: true"), connection("fresh", "protect: true"), lookup];
    stack.write([header, ...kept].join("\n"));
    await stack.up();
    await rotateLongAgo("old");

    const warned = await runPolicies("preview", { code: 0 });
    assert.deepEqual(readViolations(warned.output), violations.slice(0, 1));
    assert.match(warned.output, /`credentialsRotatedAt` is more than 90 days ago\./);

    stack.write(
      [
        header,
        ...kept,
        connection(
          "bare",
          `protect: true, transforms: [(resource) => ({
          ...resource, opts: { ...resource.opts, additionalSecretOutputs: [] } })]`,
        ),
        connection("open"),
        connection("scrubbed", "protect: true", 'onDelete: "scrub"'),
        connection("silent", "protect: true", "steeringPool: []"),
      ].join("\n"),
    );
    const refused = await runPolicies("preview", { code: 1, productionStacks: ["dev"] });
    assert.deepEqual(readViolations(refused.output), violations);
    for (const message of [
      "`credentials` is not among `additionalSecretOutputs`.",
      "Add the option `protect: true`.",
      'The team decided for `onDelete: "retain"`.',
      "`steeringPool` has no number to call from.",
    ]) {
      assert.ok(refused.output.includes(message), refused.output);
    }

    const stopped = await runPolicies("up", { code: 1, productionStacks: ["dev"] });
    // An update ends at the first violation, whichever that is.
    const stoppedBy = readViolations(stopped.output);
    assert.ok(stoppedBy.length > 0 && stoppedBy.every((violation) => violations.includes(violation)));
    assert.deepEqual(
      stopped.requests.filter(({ method }) => method === "POST"),
      [],
    );
  });

  async function runPolicies(
    verb: "preview" | "up",
    { code, productionStacks = ["prod"] }: { code: number; productionStacks?: string[] },
  ): Promise<PulumiResult> {
    writeFileSync(
      join(stack.folder, "policy-config.json"),
      JSON.stringify({ "production-is-protected": { productionStacks } }),
    );
    const args = ["--policy-pack", "../policy", "--policy-pack-config", "policy-config.json"];
    const result = await stack.pulumi(
      [verb, ...(verb === "up" ? ["--yes", "--skip-preview"] : []), ...args],
      {
        expectCode: code,
      },
    );
    assert.ok(!result.output.includes(canary), result.output);
    return result;
  }

  /** Moves the last rotation of a connection in the state to the past. */
  async function rotateLongAgo(name: string): Promise<void> {
    const state = JSON.parse(await stack.exportState()) as {
      deployment: { resources: { urn: string; outputs?: Record<string, unknown> }[] };
    };
    const outputs = state.deployment.resources.find(({ urn }) => urn.endsWith(`::${name}`))?.outputs;
    assert.equal(typeof outputs?.credentialsRotatedAt, "string");
    Object.assign(outputs ?? {}, { credentialsRotatedAt: "2020-01-01T00:00:00.000Z" });
    await stack.pulumi(["stack", "import"], { input: JSON.stringify(state) });
  }
});

const header = `const pulumi = require("@pulumi/pulumi");
const fluents = require("pulumi-fluents");`;

/** Without any option: no policy is about it. */
const lookup = 'fluents.AccountConnection.get("found", new pulumi.Config().require("foundId"));';

function connection(name: string, opts = "", args = ""): string {
  return `new fluents.AccountConnection("${name}", {
  type: "account_connection_rime",
  label: "${canary}-label-${name}",
  description: "${canary}-description",
  credentials: { rime_api_key: "${canary}-key" },
  config: { webhook: "${canary}-config" },
  steeringPool: ["${canary}-number"],
  ${args}
}, { ${opts} });`;
}

/** Level, policy and resource of each violation in a `pulumi` output, sorted. */
function readViolations(output: string): string[] {
  return Array.from(output.matchAll(/\[(mandatory|advisory)\] +(\S+) +\(\S+: (\S+)\)/g), (match) =>
    match.slice(1).join(" "),
  ).toSorted();
}
