import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";

import { packPackage } from "../helpers/package";
import {
  quickstartCommonJs,
  quickstartModule,
  runQuickstart,
  startQuickstart,
  writeFiles,
} from "../helpers/quickstart";
import { runCommand } from "../helpers/run-command";
import { makeTempFolder } from "../helpers/temp-folder";
import { prepareEngine } from "../../tools/engine/prepare-engine";

/** Never to change: every state ever written holds it. */
const providerLine =
  'exports.handler=()=>require("module").createRequire(process.cwd()+"/")("pulumi-fluents/runtime")';

const compilerOptions = { target: "es2022", module: "node16", moduleResolution: "node16", strict: true };

describe("a project outside the repository", function () {
  this.timeout("10 min");

  let installed: string;

  before(async () => {
    installed = makeTempFolder();
    const run = { cwd: installed, env: process.env };
    await runCommand("npm", ["init", "-y"], run);
    await runCommand("npm", ["i", "@pulumi/pulumi", "typescript", await packPackage()], run);
  });

  /** A folder below the one with `node_modules`. */
  function makeFolder(files: Readonly<Record<string, unknown>> = {}): string {
    const folder = mkdtempSync(join(installed, "project-"));
    writeFiles(folder, files);
    return folder;
  }

  it("runs from npm init, npm i and an index.ts, without a tsconfig.json and with one", async () => {
    const options = { folder: installed, program: quickstartModule, programFile: "index.ts" };
    assert.equal(await runQuickstart(options), providerLine);
    const folder = makeFolder({ "tsconfig.json": { compilerOptions } });
    assert.equal(await runQuickstart({ ...options, folder }), providerLine);
    assert.ok(providerLine.length <= 150 && !providerLine.includes("\n"));
  });

  it("type-checks", async () => {
    const folder = makeFolder({
      "index.ts": quickstartModule,
      "tsconfig.json": { compilerOptions: { ...compilerOptions, noEmit: true }, files: ["index.ts"] },
    });
    await runCommand("npx", ["--no", "tsc"], { cwd: folder, env: process.env });
  });

  it("runs in JavaScript, with CommonJS and with ES modules", async () => {
    assert.equal(await runQuickstart({ folder: makeFolder(), program: quickstartCommonJs }), providerLine);
    const folder = makeFolder({ "package.json": { type: "module", main: "index.js" } });
    assert.equal(await runQuickstart({ folder, program: quickstartModule }), providerLine);
  });

  it("runs in TypeScript with ES modules, by ts-node's loader and by tsx", async () => {
    const parent = makeFolder({ "package.json": { private: true } });
    await runCommand("npm", ["i", "ts-node", "tsx", "typescript@6"], { cwd: parent, env: process.env });
    for (const nodeargs of ["--loader ts-node/esm --no-warnings", "--import tsx"]) {
      const folder = mkdtempSync(join(parent, "project-"));
      writeFiles(folder, {
        "package.json": { type: "module", main: "index.ts" },
        "tsconfig.json": { compilerOptions },
      });
      const line = await runQuickstart({
        folder,
        program: quickstartModule,
        programFile: "index.ts",
        projectLines: ["runtime:", "  name: nodejs", "  options:", `    nodeargs: ${nodeargs}`],
      });
      assert.equal(line, providerLine, nodeargs);
    }
  });

  it("may have its program in a folder below Pulumi.yaml", async () => {
    const line = await runQuickstart({
      folder: makeFolder({ "sub/dir/index.js": "" }),
      program: quickstartCommonJs,
      programFile: "sub/dir/index.js",
      projectLines: ["runtime: nodejs", "main: sub/dir"],
    });
    assert.equal(line, providerLine);
  });

  it("may be run from a folder below its own", async () => {
    const folder = makeFolder({ "sub/folder/file": "" });
    const stack = await startQuickstart({ folder, program: quickstartCommonJs });
    try {
      await stack.up(["--cwd", join(folder, "sub", "folder")]);
      assert.equal(Object.keys(await stack.readResources()).length, 1);
    } finally {
      await stack.close();
    }
  });

  it("may be one of several in an npm workspace", async () => {
    const root = makeTempFolder();
    writeFiles(root, {
      "package.json": { name: "monorepo", private: true, workspaces: ["apps/*", "infra"] },
      "infra/package.json": { name: "infra", version: "1.0.0", private: true },
      "apps/web/package.json": { name: "web", version: "1.0.0", private: true },
    });
    await runCommand("npm", ["i", "--workspace", "infra", "@pulumi/pulumi@3.248.0", await packPackage()], {
      cwd: root,
      env: process.env,
    });
    assert.deepEqual(readdirSync(join(root, "infra")), ["package.json"]);
    assert.equal(
      await runQuickstart({ folder: join(root, "infra"), program: quickstartCommonJs }),
      providerLine,
    );
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
      const { stdout, stderr } = await runCommand(process.execPath, [...flags, "--eval", script], {
        cwd: installed,
        env: process.env,
      });
      const own = join(realpathSync(installed), "node_modules", "pulumi-fluents", "dist");
      const loaded = JSON.parse(stdout) as string[];
      assert.deepEqual(loaded.map((file) => file.replace(own, "")).sort(), [
        "/account-connection-type.js",
        "/account-connection.js",
        "/index.js",
        "/lookups.js",
        "/program-error.js",
        "/provider-source.js",
        "/resource-type.js",
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
