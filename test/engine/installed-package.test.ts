import assert from "node:assert/strict";
import { readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";

import { installConsumer } from "../helpers/package";
import { writeFiles } from "../helpers/quickstart";
import { runCommand } from "../helpers/run-command";
import { prepareNode } from "../helpers/runtime";
import { makeTempFolder } from "../helpers/temp-folder";
import { prepareEngine } from "../../tools/engine/prepare-engine";

describe("the installed package", function () {
  this.timeout("10 min");

  let installed: string;

  before(async () => {
    installed = await installConsumer();
  });

  for (const [how, flags, load] of [
    ["require", [], "require(name)"],
    ["import", ["--input-type=module"], "await import(name)"],
  ] as const) {
    it(`loads nothing but the package's own light half by ${how}`, async () => {
      const script = `
        import("node:module").then(async ({ createRequire, register }) => {
          const { cache } = createRequire(process.cwd() + "/");
          const hooks = "export async function load(url, context, next) { console.error(url); return next(url, context); }";
          const load = async (name) => ${load.replace("require(", 'createRequire(process.cwd() + "/")(')};
          await load("@pulumi/pulumi");
          const before = new Set(Object.keys(cache));
          register("data:text/javascript," + encodeURIComponent(hooks));
          const { AccountConnection } = await load("pulumi-fluents");
          if (typeof AccountConnection !== "function") throw new Error("no AccountConnection");
          console.log(JSON.stringify(Object.keys(cache).filter((file) => !before.has(file))));
        });`;
      const { command } = await prepareNode();
      const { stdout, stderr } = await runCommand(command, [...flags, "--eval", script], {
        cwd: installed,
        env: process.env,
      });
      const own = join(realpathSync(installed), "node_modules", "pulumi-fluents", "dist");
      const loaded = JSON.parse(stdout) as string[];
      assert.deepEqual(loaded.map((file) => file.replace(own, "")).sort(), [
        "/account-connection-type.js",
        "/account-connection.js",
        "/errors.js",
        "/index.js",
        "/lookups.js",
        "/node-version.js",
        "/non-json.js",
        "/plain-api-key.js",
        "/program-error.js",
        "/provider-loading.js",
        "/provider-source.js",
        "/resource-type.js",
        "/stack-traces.js",
      ]);
      // What ES modules load is not in that cache.
      const imported = stderr.split("\n").filter((url) => /^(file|node):/.test(url));
      assert.deepEqual(
        imported.filter((url) => !url.startsWith(`file://${own}/`)),
        [],
      );
    });
  }
});

describe("the Pulumi.yaml at the root of the repository", function () {
  this.timeout("10 min");

  it("runs the quickstart example, and leaves nothing in the checkout", async () => {
    const root = join(__dirname, "..", "..");
    const files = readdirSync(root);
    const engine = await prepareEngine();
    const folder = makeTempFolder();
    writeFiles(folder, { "Pulumi.yaml": "name: fluents-quickstart\nruntime: nodejs\n", "backend/empty": "" });
    const env = {
      ...process.env,
      ...engine.env,
      PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: "passphrase of a test",
      FLUENTS_API_KEY: "fluents-test-key",
      NO_COLOR: "1",
    };
    const run = (cwd: string, args: string[]) =>
      runCommand(engine.command, [...args, "--stack", "dev", "--non-interactive"], { cwd, env });
    await runCommand(engine.command, ["stack", "init", "dev", "--non-interactive"], { cwd: folder, env });
    await run(folder, ["config", "set", "twilioAccountSid", "AC00000000000000000000000000000000"]);
    for (const key of ["twilioAuthToken", "openaiApiKey"]) {
      await run(folder, ["config", "set", "--secret", key, "secret-of-a-test"]);
    }
    const { stdout } = await run(root, [
      "preview",
      "--diff",
      "--config-file",
      join(folder, "Pulumi.dev.yaml"),
    ]);
    assert.match(stdout, /\+ 3 to create/);
    assert.match(stdout, /label *: "Twilio, dev"/);
    assert.deepEqual(readdirSync(root), files);
  });
});
