import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import {
  argsOf,
  commandsOf,
  idOf,
  startProject,
  runDoctor,
  runMend,
  theProblem,
  titlesOf,
} from "../helpers/doctor";
import { runCli } from "../helpers/cli";
import { sdkVersion } from "../helpers/package";
import { prepareNode } from "../helpers/runtime";
import { programOfMany, restoreBeforeEachTest, testApiKey, type TestStack } from "../helpers/stack";
import { makeTempFolder } from "../helpers/temp-folder";

describe("the doctor of a project", function () {
  this.timeout("10 min");

  /** Manages the connection `a`. */
  let stack: TestStack;

  before(async () => {
    stack = await startProject({ hasPassphrase: true });
    await stack.up();
  });
  restoreBeforeEachTest(() => stack);

  /** A folder with a `pulumi` of its own. */
  function makePulumi(script: string): string {
    const folder = makeTempFolder();
    writeFileSync(join(folder, "pulumi"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "pulumi"), 0o755);
    return folder;
  }

  const withPath = (folder: string) => ({ env: { ...stack.env, PATH: folder } });

  it("finds nothing wrong in a healthy one, with one request that changes nothing", async () => {
    const healthy = await runDoctor(stack);
    assert.deepEqual(new Set(healthy.findings.map(({ level }) => level)), new Set(["ok"]));
    assert.deepEqual(titlesOf(healthy, "ok"), [
      `Node.js ${(await prepareNode()).version}`,
      `Pulumi CLI ${(await stack.pulumi(["version"])).stdout.trim().replace(/^v/, "")}`,
      `project ${join(stack.folder, "Pulumi.yaml")}`,
      `pulumi-fluents 0.1.0 resolves from ${stack.folder}`,
      `@pulumi/pulumi ${sdkVersion} resolves from ${stack.folder}`,
      "stack dev",
      "fluents:apiKey (stack configuration of dev)",
      `fluents:baseUrl ${stack.emulator.url} (stack configuration of dev)`,
      "state of dev, nothing left unfinished; connections that it manages: 1",
      "Fluents answers and accepts the API key; connections that it sees: 1",
      "the state and Fluents have the same connections",
    ]);
    assert.deepEqual(
      healthy.requests.map(({ method, path }) => `${method} ${path}`),
      ["GET /v1/account_connections/list"],
    );

    const text = await runCli(stack, ["doctor"]);
    assert.match(text.stdout, /^ok {4}Node\.js .*\n(ok .*\n)+nothing is wrong\n$/);
    assert.equal(text.stderr, "");

    mkdirSync(join(stack.folder, "below"));
    const below = await runDoctor(stack, { cwd: join(stack.folder, "below") });
    assert.deepEqual(below.findings, healthy.findings);
    const outside = await runDoctor(stack, { cwd: makeTempFolder() }, ["-C", stack.folder, "-s", "dev"]);
    assert.deepEqual(outside.findings, healthy.findings);
  });

  it("asks for a Pulumi CLI on PATH that is new enough, and goes on with an old one", async () => {
    const node = makeTempFolder();
    symlinkSync((await prepareNode()).command, join(node, "node"));
    const none = await runDoctor(stack, withPath(node));
    const { title, mend } = theProblem(none);
    assert.equal(title, "the Pulumi CLI is not on PATH, or does not run");
    assert.match(mend ?? "", /^install a current release of Pulumi, see https:/);
    assert.deepEqual(
      titlesOf(none, "skipped").map((text) => text.split(":")[0]),
      ["stack", "configuration", "state", "service", "environment", "connections"],
    );
    assert.deepEqual(none.requests, []);

    const old = makePulumi(`[ "$1" = version ] && echo v3.215.0 || exec '${stack.command}' "$@"`);
    const found = await runDoctor(stack, withPath(`${old}${delimiter}${stack.env.PATH ?? ""}`));
    assert.equal(theProblem(found).title, "Pulumi CLI 3.215.0 is not >=3.216.0");
    assert.deepEqual(titlesOf(found, "skipped"), []);

    const strange = makePulumi("echo no version");
    const told = await runDoctor(stack, withPath(`${strange}${delimiter}${node}`));
    assert.equal(theProblem(told).title, "`pulumi version` tells no version");
  });

  it("needs a project of Node.js, and a program where the project says", async () => {
    const outside = await runDoctor(stack, { cwd: makeTempFolder() });
    assert.match(theProblem(outside).title, /^no Pulumi project in /);
    assert.match(theProblem(outside).mend ?? "", /`--cwd FOLDER`/);

    for (const [lines, title] of [
      ["runtime: python", /has the runtime "python": pulumi-fluents works in Node\.js programs only$/],
      ["runtime: nodejs\nmain: nowhere", /^the program .*nowhere of .*Pulumi\.yaml does not exist$/],
      ["runtime: [", /is not a valid project file$/],
      ["description: none", /is not a valid project file$/],
    ] as const) {
      writeFileSync(join(stack.folder, "Pulumi.yaml"), `name: test-project\n${lines}\n`);
      const wrong = await runDoctor(stack);
      assert.match(theProblem(wrong).title, title);
      assert.ok(
        titlesOf(wrong, "skipped").includes("stack: skipped, for what is wrong with the project above"),
      );
    }
  });

  it("needs a stack, selected or named, and what opens its secrets", async () => {
    await stack.pulumi(["stack", "unselect"]);
    const unselected = theProblem(await runDoctor(stack));
    assert.equal(unselected.title, "no stack is selected");
    assert.deepEqual(titlesOf(await runDoctor(stack, {}, ["--stack", "dev"]), "problem"), []);
    assert.equal(theProblem(await runDoctor(stack, {}, ["--stack", "nope"])).title, "there is no stack nope");
    const [select = ""] = commandsOf(unselected);
    await runMend(stack, `${select} dev`);
    assert.deepEqual(titlesOf(await runDoctor(stack), "problem"), []);

    const elsewhere = theProblem(await runDoctor(stack, { env: { ...stack.env, PULUMI_STACK: "nope" } }));
    assert.equal(elsewhere.title, 'the stack that PULUMI_STACK names, "nope", is none of this project');
    assert.deepEqual(commandsOf(elsewhere)[0], "unset PULUMI_STACK");

    const { PULUMI_CONFIG_PASSPHRASE: passphrase = "", ...env } = stack.env;
    for (const wrongEnv of [env, { ...env, PULUMI_CONFIG_PASSPHRASE: "wrong" }]) {
      const closed = theProblem(await runDoctor(stack, { env: wrongEnv }));
      assert.equal(closed.title, "the secrets of the stack cannot be read");
      const [ask = ""] = commandsOf(closed);
      await runMend(stack, `${ask}; [ "$PULUMI_CONFIG_PASSPHRASE" = "${passphrase}" ]`, `${passphrase}\n`);
    }
    // With no secret in the configuration, the state alone needs the passphrase.
    await stack.pulumi(["config", "rm", "fluents:apiKey"]);
    const keyEnv = { ...env, FLUENTS_API_KEY: testApiKey };
    for (const wrongEnv of [keyEnv, { ...keyEnv, PULUMI_CONFIG_PASSPHRASE: "wrong" }]) {
      const closed = await runDoctor(stack, { env: wrongEnv });
      assert.equal(theProblem(closed).title, "the secrets of the stack cannot be read");
      assert.ok(titlesOf(closed, "ok").includes("stack dev"));
    }

    const loggedOut = { ...stack.env, PULUMI_BACKEND_URL: undefined, PULUMI_HOME: makeTempFolder() };
    const login = theProblem(await runDoctor(stack, { env: loggedOut }));
    assert.deepEqual([login.title, commandsOf(login)], ["the Pulumi CLI is not logged in", ["pulumi login"]]);
  });

  it("tells what an interrupted run left, until it is cleared", async () => {
    const file = join(stack.folder, "backend", ".pulumi", "stacks", "test-project", "dev.json");
    const backend = JSON.parse(readFileSync(file, "utf8")) as {
      checkpoint: { latest: { resources: { urn: string }[]; pending_operations?: unknown[] } };
    };
    const { latest } = backend.checkpoint;
    const { id, outputs, ...resource } = latest.resources.at(-1) as Record<string, unknown>;
    assert.ok(id !== undefined && outputs !== undefined);
    const pending = { ...resource, urn: `${String(resource.urn)}-pending` };
    const other = {
      type: "random:index/randomId:RandomId",
      urn: "urn:pulumi:dev::test-project::random:index/randomId:RandomId::r",
    };
    latest.pending_operations = [pending, other].map((unfinished) => ({
      resource: unfinished,
      type: "creating",
    }));
    writeFileSync(file, JSON.stringify(backend));

    const examined = await runDoctor(stack);
    const found = theProblem(examined);
    assert.deepEqual(
      [found.title, found.detail],
      [
        "an interrupted run left connections unfinished",
        `${pending.urn}\nIf Pulumi says that the stack is locked: \`pulumi cancel --stack dev\` first.`,
      ],
    );
    const ofOthers = examined.findings.find(({ level }) => level === "notice");
    assert.deepEqual(
      [ofOthers?.title, ofOthers?.detail],
      ["an interrupted run left other resources unfinished", other.urn],
    );
    for (const command of commandsOf(found)) {
      await runMend(stack, `${command} --yes --skip-preview --non-interactive`);
    }
    const after = await runDoctor(stack);
    assert.deepEqual(new Set(after.findings.map(({ level }) => level)), new Set(["ok"]));
  });

  it("tells of unknown settings, and of what refresh and destroy do not have yet", async () => {
    await stack.setConfigs(
      { "fluents:apiKey": "another-key" },
      { "fluents:maxretries": "3", "fluents:team": "voice" },
    );
    const found = await runDoctor(stack);
    assert.deepEqual(titlesOf(found, "notice"), [
      "fluents:maxretries of dev is no setting: did you mean fluents:maxRetries?",
      "fluents:team of dev is no setting of pulumi-fluents",
      "`pulumi refresh` and `pulumi destroy` have another fluents:apiKey: that of the last `pulumi up`",
    ]);
    assert.match(
      found.findings.find(({ title }) => title.startsWith("fluents:maxretries"))?.mend ?? "",
      /^set fluents:maxRetries instead, and `pulumi config rm fluents:maxretries --stack dev`$/,
    );
    await stack.setConfigs({ "fluents:apiKey": testApiKey });
    await stack.up();
    assert.equal(titlesOf(await runDoctor(stack), "notice").length, 2);
  });

  it("tells of two resources that manage one connection, until one is given up", async () => {
    stack.write(
      programOfMany({
        a: argsOf("a"),
        b: `{ type: "account_connection_rime", connectionId: "${idOf(stack, "a")}" }`,
      }),
    );
    await stack.up();
    const shared = theProblem(await runDoctor(stack));
    assert.equal(shared.title, `2 resources manage connection ${idOf(stack, "a")}`);
    stack.write(programOfMany({ a: argsOf("a") }));
    const [command = ""] = commandsOf(shared);
    await runMend(stack, `${command} --yes`);
    assert.deepEqual(titlesOf(await runDoctor(stack), "problem"), []);
    await stack.preview(["--expect-no-changes"]);
  });

  it("documents its marks, its JSON and its exit codes, and refuses what it does not know", async () => {
    const { stdout } = await runCli(stack, ["doctor", "--help"]);
    assert.match(stdout, /--json/);
    assert.match(stdout, /WRONG/);
    assert.match(stdout, /Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 /);
    for (const args of [["--nope"], ["--cwd", join(stack.folder, "nowhere")], ["surplus"]]) {
      const refused = await runCli(stack, ["doctor", ...args], { expectCode: 2 });
      assert.match(refused.stderr, /^error: /);
    }
  });
});
