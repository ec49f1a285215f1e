import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { buildEngine } from "../../../tools/engine/build-engine";
import { chooseEngine, type EngineSource } from "../../../tools/engine/choose-engine";
import { toCliPath } from "../../../tools/engine/engine-folder";
import { engineVersion } from "../../../tools/engine/versions";

describe("chooseEngine", () => {
  let root: string;
  let env: NodeJS.ProcessEnv;
  let lines: string[];

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "choose-engine-"));
    env = { PATH: path.join(root, "bin"), PULUMI_FLUENTS_ENGINE_CACHE: path.join(root, "cache") };
    lines = [];
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const report = (line: string): void => {
    lines.push(line);
  };

  async function installScript(name: string, output: string, folder = "bin"): Promise<string> {
    const file = path.join(root, folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `#!/bin/sh\necho "${output}"\n`);
    await chmod(file, 0o755);
    return file;
  }

  const succeed: EngineSource = async (folder) => {
    await mkdir(path.dirname(toCliPath(folder)), { recursive: true });
    await writeFile(toCliPath(folder), "");
  };

  const fail =
    (reason: string): EngineSource =>
    () =>
      Promise.reject(new Error(reason));

  const neverAsked = { download: fail("asked to download"), build: fail("asked to build") };

  it("takes a new enough CLI on PATH that has its language host, and says nothing", async () => {
    const command = await installScript("pulumi", "v3.216.0");
    await installScript("pulumi-language-nodejs", "");

    const engine = await chooseEngine(neverAsked, report, env);

    assert.deepEqual(engine, {
      command,
      version: "3.216.0",
      source: "path",
      env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    assert.deepEqual(lines, []);
  });

  it("passes over a CLI on PATH that is too old", async () => {
    const command = await installScript("pulumi", "v3.215.9");
    await installScript("pulumi-language-nodejs", "");

    const engine = await chooseEngine({ ...neverAsked, download: succeed }, report, env);

    assert.equal(engine.source, "download");
    assert.match(
      lines.join("\n"),
      new RegExp(`${command} is version 3.215.9, but 3.216.0 or later is needed`),
    );
  });

  it("compares the numbers of versions", async () => {
    const command = await installScript("pulumi", "v0.0.0");
    await installScript("pulumi-language-nodejs", "");
    for (const [version, source] of [
      ["3.1000.0", "path"],
      ["4.0.0-alpha.1", "path"],
      ["3.99.9", "download"],
      ["2.300.0", "download"],
    ] as const) {
      assert.equal(await installScript("pulumi", `v${version}`), command);
      const engine = await chooseEngine({ ...neverAsked, download: succeed }, report, env);
      assert.deepEqual([version, engine.source === "path"], [version, source === "path"]);
    }
  });

  it("passes over a CLI on PATH without a language host", async () => {
    await installScript("pulumi", "v3.300.0");

    const engine = await chooseEngine({ ...neverAsked, download: succeed }, report, env);

    assert.equal(engine.source, "download");
    assert.match(lines.join("\n"), /has no pulumi-language-nodejs beside it or on PATH/);
  });

  it("keeps what it downloads, and takes that the next time without a word", async () => {
    await chooseEngine({ ...neverAsked, download: succeed }, report, env);
    lines = [];

    const engine = await chooseEngine(neverAsked, report, env);

    assert.equal(engine.source, "cache");
    assert.equal(engine.version, engineVersion);
    assert.equal(
      engine.command,
      path.join(root, "cache", engineVersion, "bin", path.basename(engine.command)),
    );
    assert.equal(engine.env["PATH"], [path.dirname(engine.command), env["PATH"]].join(path.delimiter));
    assert.deepEqual(lines, []);
  });

  it("does not mistake the cached CLI for one that the user installed", async () => {
    const { env: engineEnv } = await chooseEngine({ ...neverAsked, download: succeed }, report, env);

    const engine = await chooseEngine(neverAsked, report, { ...env, ...engineEnv });

    assert.equal(engine.source, "cache");
  });

  it("builds when the download fails, and says why and where the engine will be", async () => {
    const engine = await chooseEngine({ download: fail("fetch failed"), build: succeed }, report, env);

    assert.equal(engine.source, "build");
    assert.match(lines.join("\n"), /pulumi is not on PATH/);
    assert.match(lines.join("\n"), /The download failed \(fetch failed\)\. Building with Go instead/);
    assert.ok(lines.join("\n").includes(path.join(root, "cache", engineVersion)));
  });

  it("makes one engine when two processes ask for one at once", async () => {
    let downloads = 0;
    const download: EngineSource = async (...args) => {
      downloads += 1;
      await succeed(...args);
    };

    const engines = await Promise.all([
      chooseEngine({ ...neverAsked, download }, report, env),
      chooseEngine({ ...neverAsked, download }, report, env),
    ]);

    assert.deepEqual(engines.map((engine) => engine.source).sort(), ["cache", "download"]);
    assert.equal(downloads, 1);
    assert.ok(lines.some((line) => line.includes("waiting for it")));
    assert.deepEqual(await readdir(path.join(root, "cache")), [engineVersion]);
  });

  it("takes over from a process that was killed", async () => {
    await mkdir(path.join(root, "cache"), { recursive: true });
    const { pid } = spawnSync(process.execPath, ["--version"]);
    await writeFile(path.join(root, "cache", `${engineVersion}.lock`), `${pid} ${hostname()}`);

    const engine = await chooseEngine({ ...neverAsked, download: succeed }, report, env);

    assert.equal(engine.source, "download");
  });

  it("tells how to install Pulumi or Go when nothing works, and leaves nothing behind", async () => {
    await assert.rejects(
      chooseEngine({ download: fail("fetch failed"), build: buildEngine }, report, env),
      (error: Error) => {
        assert.match(error.message, /the CLI on PATH: pulumi is not on PATH/);
        assert.match(error.message, /the download: fetch failed/);
        assert.match(error.message, /the build with Go: go is not on PATH/);
        assert.match(error.message, /install the Pulumi CLI, 3\.216\.0 or later/);
        assert.match(error.message, /install Go, 1\.25\.11 or later/);
        return true;
      },
    );
    assert.deepEqual(await readdir(path.join(root, "cache")), []);
  });
});
