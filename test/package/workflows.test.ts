import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { parse } from "yaml";

import { makeTempFolder } from "../helpers/temp-folder";
import { runCommand, type CommandResult } from "../helpers/run-command";
import type { Step } from "../pipelines/github-runner";
import { lintWorkflow } from "../pipelines/workflow-linter";

const repository = join(__dirname, "..", "..");

interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<
    Record<string, { readonly permissions: object; readonly steps: readonly Step[]; readonly needs?: string }>
  >;
}

function readText(file: string): string {
  return readFileSync(join(repository, ".github", "workflows", file), "utf8");
}

/** What a release needs of a checkout, with the address that the maintainers will have given it, and their last edit. */
function makeCheckout(): string {
  const folder = makeTempFolder();
  for (const path of [
    "provider",
    "tools/release",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "package-lock.json",
  ]) {
    cpSync(join(repository, path), join(folder, path), { recursive: true });
  }
  for (const file of ["tsconfig.json", "tsconfig.build.json"]) {
    cpSync(join(repository, file), join(folder, file));
  }
  const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as object;
  const url = "git+https://github.com/acme/pulumi-fluents.git";
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ ...manifest, repository: { type: "git", url } }, null, 2),
  );
  const readme = readFileSync(join(repository, "README.md"), "utf8");
  writeFileSync(
    join(folder, "README.md"),
    readme.replace("not on the npm registry yet", "on the npm registry"),
  );
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** Runs the steps of the release's jobs but for the installation, until one fails. Nothing is sent to npm or GitHub. */
async function runRelease(folder: string, tag: string): Promise<{ results: CommandResult[]; gh: string[] }> {
  const temp = makeTempFolder();
  const bin = join(temp, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "gh"), '#!/bin/bash\nprintf "%s\\n" "$@" > "$RUNNER_TEMP/gh"\n', { mode: 0o755 });
  writeFileSync(join(temp, "gh"), "");
  const env = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH ?? ""}`,
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: "acme/pulumi-fluents",
    GITHUB_REF_NAME: tag,
    RUNNER_TEMP: temp,
    npm_config_dry_run: "true",
  };
  const { publish, announce } = (parse(readText("release.yml")) as Workflow).jobs;
  assert.ok(publish?.needs === "test" && announce?.needs === "publish");
  const results: CommandResult[] = [];
  for (const { run = "" } of [...publish.steps, ...announce.steps]) {
    if (run !== "" && !run.startsWith("npm ci ")) {
      const args = ["--noprofile", "--norc", "-eo", "pipefail", "-c", run];
      const result = await runCommand("bash", args, { cwd: folder, env, expectCode: "any" });
      results.push(result);
      if (result.code !== 0) {
        break;
      }
    }
  }
  return { results, gh: readFileSync(join(temp, "gh"), "utf8").trim().split("\n") };
}

describe("the workflows of this repository", function () {
  this.timeout("1 min");

  for (const file of ["ci.yml", "release.yml"]) {
    it(`${file}: is valid for GitHub's own checker, pins its actions, and gives few rights`, async () => {
      const text = readText(file);
      assert.deepEqual(await lintWorkflow(text), []);
      for (const line of text.match(/uses:.*/g) ?? []) {
        assert.match(line, /^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      }
      const { permissions, jobs } = parse(text) as Workflow;
      assert.deepEqual(permissions, {});
      for (const [name, job] of Object.entries(jobs)) {
        assert.deepEqual(job.permissions, {
          contents: name === "announce" ? "write" : "read",
          ...(name === "publish" ? { "id-token": "write" } : {}),
        });
        for (const { run = "" } of job.steps) {
          assert.doesNotMatch(run, /\$\{\{/, "nothing is put into a script but by variables");
        }
      }
    });
  }

  it("release.yml: publishes what the tag names with its provenance, and announces it with its changelog", async () => {
    const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
      version: string;
    };
    const { results, gh } = await runRelease(makeCheckout(), `v${version}`);
    const [check, publish, announce, ...others] = results;
    assert.equal(others.length, 0);
    assert.equal(check?.code, 0, check?.output);
    assert.equal(publish?.code, 0, publish?.output);
    assert.match(publish.output, /public access/);
    assert.match(publish.output, /\bdist\/cli\/main\.js\b/);
    assert.doesNotMatch(publish.output, /corrected/);
    assert.ok(publish.output.includes(`+ pulumi-fluents@${version}`), publish.output);
    assert.equal(announce?.code, 0, announce?.output);
    assert.deepEqual(gh.slice(0, 3), ["release", "create", `v${version}`]);
    const notes = readFileSync(gh.at(-1) ?? "", "utf8");
    assert.match(notes, /^### /);
    assert.doesNotMatch(notes, /^## /m);
  });

  it("release.yml: stops before it publishes where the tag is another version", async () => {
    const { results, gh } = await runRelease(makeCheckout(), "v99.0.0");
    assert.equal(results.length, 1);
    assert.match(results[0]?.output ?? "", /the tag is v99\.0\.0, and package\.json has the version/);
    assert.deepEqual(gh, [""]);
  });
});
