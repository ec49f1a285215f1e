import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import Ajv from "ajv";
import { parse } from "yaml";

import { readWorkflow } from "./github-runner";
import { gitLabFolder, readGitLabFile } from "./gitlab-runner";
import { readStack, stackText } from "./operator-stack";
import { platformSecrets } from "./user-repository";
import { lintWorkflow } from "./workflow-linter";

const repository = join(__dirname, "..", "..");
const gitHubFolder = join(repository, "examples", "pipelines", "github");
const workflows = ["preview", "deploy", "drift"] as const;
const secretNames = new RegExp([...Object.keys(platformSecrets), "GH_TOKEN", "GITLAB_TOKEN"].join("|"));
/** What makes Pulumi print the nested secrets of dynamic resources. */
const tellingFlags = /--json|--debug|--verbose|-v\b|--event-log|--show-secrets|set -x/;

function validate(schemaFile: string, value: unknown): string[] {
  const schema = JSON.parse(
    readFileSync(join(repository, "test", "fixtures", "schemas", schemaFile), "utf8"),
  ) as object;
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false });
  return ajv.validate(schema, value)
    ? []
    : (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message ?? ""}`);
}

function replaceOnce(text: string, from: string, to: string): string {
  assert.equal(text.split(from).length, 2, `${from} should be there once`);
  return text.replace(from, to);
}

describe("the workflows for GitHub", function () {
  this.timeout("1 min");

  for (const name of workflows) {
    const text = readFileSync(join(gitHubFolder, `${name}.yml`), "utf8");

    it(`${name}: are valid for GitHub's own checker`, async () => {
      assert.deepEqual(await lintWorkflow(text), []);
    });

    it(`${name}: pin every action to a commit, and say which version it is`, () => {
      const uses = text.match(/uses:.*/g) ?? [];
      assert.ok(uses.length > 0);
      for (const line of uses) {
        assert.match(line, /^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      }
    });

    it(`${name}: give few rights, little time and no secret where none is needed`, () => {
      const workflow = readWorkflow(name);
      assert.deepEqual(workflow.permissions, {});
      assert.ok(!("pull_request_target" in workflow.on));
      assert.equal(workflow.concurrency["cancel-in-progress"], name === "preview");
      for (const job of Object.values(workflow.jobs)) {
        assert.equal(job.permissions.contents, "read");
        assert.ok(job["timeout-minutes"] !== undefined);
        assert.doesNotMatch(JSON.stringify(job.env), /secrets\.|token/);
        for (const step of job.steps) {
          assert.doesNotMatch(step.run ?? "", /\$\{\{/, "nothing is put into a script but by variables");
          assert.doesNotMatch(step.run ?? "", secretNames);
          assert.doesNotMatch(step.run ?? "", tellingFlags);
          const hasPulumi = step.run?.includes("pulumi ") === true && step.run.includes("--non-interactive");
          assert.equal("PULUMI_ACCESS_TOKEN" in (step.env ?? {}), hasPulumi);
          assert.equal("GH_TOKEN" in (step.env ?? {}), step.run?.includes("gh api") === true);
        }
      }
    });
  }

  it("are refused by GitHub's checker when they are broken", async () => {
    const text = readFileSync(join(gitHubFolder, "drift.yml"), "utf8");
    const broken: Readonly<Record<string, [string, string]>> = {
      "Unexpected value 'timeout'": ["timeout-minutes:", "timeout:"],
      "Unexpected value 'issue'": ["issues: write", "issue: write"],
      "Unrecognized named-value: 'secret'": ["PHRASE: ${{ secrets.", "PHRASE: ${{ secret."],
      "Context access might be invalid: chek": ["steps.check.", "steps.chek."],
      "Invalid cron expression": ['"17 3 * * *"', '"17 25 * * *"'],
    };
    for (const [expected, [from, to]] of Object.entries(broken)) {
      const found = await lintWorkflow(replaceOnce(text, from, to));
      assert.ok(
        found.some((message) => message.startsWith(expected)),
        `${expected}: ${found.join("; ")}`,
      );
    }
  });
});

describe("the pipeline for GitLab", () => {
  const text = readFileSync(join(gitLabFolder, ".gitlab-ci.yml"), "utf8");

  it("is valid for GitLab's own schema", () => {
    assert.deepEqual(validate("gitlab-ci.json", parse(text)), []);
  });

  it("is refused by GitLab's schema when it is broken", () => {
    for (const [from, to] of [
      ["resource_group: prod\n  # A", "resource_grp: prod\n  # A"],
      ["when: manual", "when: by-hand"],
      ["interruptible: true", "interruptible: often"],
      ["expire_in: 1 week\n\nnote", "expires_in: 1 week\n\nnote"],
    ] as const) {
      assert.notDeepEqual(validate("gitlab-ci.json", parse(replaceOnce(text, from, to))), [], to);
    }
  });

  it("lets one job at a time change a stack, by hand, and puts no secret into a script", () => {
    const { jobs } = readGitLabFile();
    assert.equal(jobs.deploy?.resource_group, "prod");
    assert.equal(jobs.deploy.environment.name, "production");
    for (const [name, { environment, script, rules }] of Object.entries(jobs)) {
      assert.doesNotMatch(script.join("\n"), secretNames);
      assert.doesNotMatch(script.join("\n"), tellingFlags);
      const isManual = rules.some(({ when }) => when === "manual");
      assert.equal(isManual, name === "deploy");
      assert.equal(environment.action, name === "deploy" ? undefined : "verify");
    }
  });
});

describe("the Stack for the Kubernetes operator", () => {
  it("is valid, syncs on without a commit, and takes every secret by reference", () => {
    const stack = readStack(stackText);
    assert.deepEqual(validate("pulumi-stack.json", stack), []);
    assert.equal(stack.spec.continueResyncOnCommitMatch, true);
    assert.equal(stack.spec.destroyOnFinalize, false);
    for (const reference of Object.values({ ...stack.spec.envRefs, ...stack.spec.secretsRef })) {
      assert.equal(reference.type, "Secret");
    }
  });

  it("is refused by the schema when it is broken", () => {
    for (const [from, to] of [
      ["continueResyncOnCommitMatch", "continueResyncOnCommitMatches"],
      ["resyncFrequencySeconds: 600", "resyncFrequencySeconds: 10m"],
      ["workspaceReclaimPolicy: Delete", "workspaceReclaimPolicy: Remove"],
      ["key: openaiApiKey", "field: openaiApiKey"],
    ] as const) {
      const broken = readStack(replaceOnce(stackText, from, to));
      assert.notDeepEqual(validate("pulumi-stack.json", broken), [], to);
    }
  });
});

describe("the README of the pipelines", () => {
  const text = readFileSync(join(repository, "examples", "pipelines", "README.md"), "utf8");

  it("names every setting that the files read", () => {
    const files = [
      ...workflows.map((name) => join(gitHubFolder, `${name}.yml`)),
      join(gitLabFolder, "ci/report.mjs"),
    ];
    const source = files.map((file) => readFileSync(file, "utf8")).join("\n");
    const settings = [...source.matchAll(/(?:secrets|vars)\.(\w+)|\b(GITLAB_TOKEN)\b/g)].map(
      ([, ofGitHub, ofGitLab]) => ofGitHub ?? ofGitLab ?? "",
    );
    assert.ok(settings.length > 0);
    for (const setting of settings) {
      assert.ok(text.includes(`\`${setting}\``), setting);
    }
  });

  it("leaves to the Stack to say which Secrets it needs", () => {
    const [head = ""] = stackText.split("apiVersion");
    const { gitAuth, envRefs, secretsRef } = readStack(stackText).spec;
    for (const { secret } of Object.values({ ...gitAuth, ...envRefs, ...secretsRef })) {
      assert.match(head, new RegExp(`# +${secret.name} .*\\b${secret.key}\\b`));
    }
  });
});
