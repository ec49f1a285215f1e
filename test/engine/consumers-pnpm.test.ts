import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { packPackage } from "../helpers/package";
import { quickstartCommonJs, runQuickstart, startQuickstart, writeFiles } from "../helpers/quickstart";
import { runCommand } from "../helpers/run-command";
import { makeTempFolder } from "../helpers/temp-folder";

/** A component library that has the package as a dependency of its own, as it should not. */
const library = {
  "package.json": { name: "voice-platform", version: "1.0.0", main: "index.js" },
  "index.js": `const fluents = require("pulumi-fluents");
exports.connect = (name, apiKey) =>
  new fluents.AccountConnection(name, {
    type: fluents.AccountConnectionType.OpenAI,
    label: "OpenAI",
    credentials: { openai_api_key: apiKey },
  });
`,
};

const program = `const pulumi = require("@pulumi/pulumi");
const { connect } = require("voice-platform");
exports.connectionId = connect("openai", new pulumi.Config().requireSecret("openaiApiKey")).id;
`;

describe("a project with pnpm's isolated node_modules", function () {
  this.timeout("10 min");

  let pnpm: string;
  let store: string;

  before(async () => {
    const folder = makeTempFolder();
    store = join(folder, "store");
    writeFiles(folder, { "package.json": { private: true } });
    await runCommand("npm", ["i", "pnpm@10"], { cwd: folder, env: process.env });
    pnpm = join(folder, "node_modules", "pnpm", "bin", "pnpm.cjs");
  });

  async function add(folder: string, packages: string[]): Promise<void> {
    await runCommand(process.execPath, [pnpm, "add", "--store-dir", store, ...packages], {
      cwd: folder,
      env: process.env,
    });
  }

  it("runs when the package is a dependency of the project", async () => {
    const folder = makeTempFolder();
    writeFiles(folder, { "package.json": { private: true } });
    await add(folder, ["@pulumi/pulumi@3.248.0", await packPackage()]);
    assert.ok(!readdirSync(join(folder, "node_modules")).includes("got"));
    await runQuickstart({ folder, program: quickstartCommonJs });
  });

  it("says what to add when only a library depends on the package, and runs once it is added", async () => {
    const tarball = await packPackage();
    const libraryFolder = makeTempFolder();
    const folder = makeTempFolder();
    writeFiles(libraryFolder, {
      ...library,
      "package.json": {
        ...library["package.json"],
        dependencies: { "pulumi-fluents": `file:${tarball}` },
        peerDependencies: { "@pulumi/pulumi": "^3.216.0" },
      },
    });
    writeFiles(folder, { "package.json": { private: true } });
    await add(folder, ["@pulumi/pulumi@3.248.0", `file:${libraryFolder}`]);

    const stack = await startQuickstart({ folder, program });
    try {
      const failed = await stack.preview([], { expectCode: 1 });
      const message =
        `error: pulumi-fluents cannot be loaded from ${folder}, where Pulumi runs its provider. ` +
        `Add pulumi-fluents to the dependencies of ${join(folder, "package.json")} and install; ` +
        "a component library declares it as a peer dependency.";
      assert.ok(failed.output.includes(message), failed.output);
      assert.doesNotMatch(failed.output, /at .*account-connection/);

      await add(folder, [tarball]);
      await stack.up();
      await stack.preview(["--expect-no-changes"]);
      assert.deepEqual(Object.keys(await stack.readResources()), ["openai"]);
    } finally {
      await stack.close();
    }
  });
});
