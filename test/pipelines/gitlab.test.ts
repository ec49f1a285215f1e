import assert from "node:assert/strict";
import { join } from "node:path";

import { canary } from "../helpers/canary";
import { tabulate } from "../helpers/stack";
import { Forge } from "./forge";
import { gitLabFolder, runPipeline } from "./gitlab-runner";
import { assertNoSecret } from "./no-secret";
import { platformToken, UserRepository } from "./user-repository";

const branch = { CI_PIPELINE_SOURCE: "push", CI_COMMIT_BRANCH: "main" };
const nightly = { CI_PIPELINE_SOURCE: "schedule", CI_COMMIT_BRANCH: "main" };
const mergeRequest = {
  CI_PIPELINE_SOURCE: "merge_request_event",
  CI_MERGE_REQUEST_IID: "7",
  CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "42",
};

describe("the pipeline for GitLab", function () {
  this.timeout("10 min");

  let repository: UserRepository;
  let forge: Forge;
  beforeEach(async () => {
    forge = await Forge.start(platformToken);
    repository = await UserRepository.start({
      secrets: { twilioAuthToken: `twilio-${canary}`, openaiApiKey: `openai-${canary}` },
      files: { "ci/report.mjs": join(gitLabFolder, "ci", "report.mjs") },
    });
  });
  afterEach(async () => {
    await forge.close();
    await repository.stack.close();
  });

  /** Runs a pipeline. Gives the requests to the service. */
  async function run(
    commit: string,
    variables: Readonly<Record<string, string>>,
    jobs: readonly string[],
    expectFailed: readonly string[] = [],
  ) {
    const before = repository.stack.emulator.journal.length;
    const executed = await runPipeline(commit, variables, repository, forge, ["deploy"]);
    const output = executed.map((job) => job.output).join("\n");
    assert.deepEqual(
      executed.map(({ name }) => name),
      jobs,
      output,
    );
    const failed = executed.filter(({ code }) => code !== 0).map(({ name }) => name);
    assert.deepEqual(failed, expectFailed, output);
    return repository.stack.emulator.journal.slice(before);
  }

  it("previews, deploys, rotates by one update, and keeps one note and one issue", async () => {
    const first = await repository.commit("Declare two connections");
    await run(first, mergeRequest, ["preview", "note"]);
    assert.match(forge.comments[1]?.body ?? "", /^### Preview of `prod`\n[^]*\n {4} +\+ 3 to create/);
    assert.deepEqual(await runPipeline(first, branch, repository, forge), []);
    await run(first, branch, ["deploy"]);

    await repository.stack.setConfig("twilioAuthToken", `rotated-${canary}`, true);
    const rotation = await repository.commit("Rotate the token of Twilio");
    await run(rotation, mergeRequest, ["preview", "note"]);
    assert.equal(forge.comments.length, 2);
    assert.match(forge.comments[1]?.body ?? "", /~ credentials: \[secret\] => \[secret\][^]*~ 1 to update/);
    const credentials = { twilio_account_sid: "AC0", twilio_auth_token: `rotated-${canary}` };
    assert.deepEqual(tabulate(await run(rotation, branch, ["deploy"])), [
      `POST /update ${JSON.stringify({ credentials })}`,
    ]);

    const [twilio] = repository.service.list().filter(({ label }) => label === "Twilio, prod");
    repository.service.change(twilio?.id ?? "", { label: "by hand" });
    await run(rotation, nightly, ["drift", "drift-issue"]);
    assert.equal(forge.issues[0]?.title, "Drift in prod");
    assert.match(forge.issues[0].body, /~ label *: "by hand" => "Twilio, prod"/);
    await run(rotation, { ...branch, CI_PIPELINE_SOURCE: "web", REFRESH: "true" }, ["deploy"]);
    await run(rotation, nightly, ["drift", "drift-issue"]);
    assert.deepEqual(
      forge.issues.map(({ state }) => state),
      ["closed"],
    );
    assertNoSecret(repository, forge);
  });

  it("runs nothing for a fork, and says why a preview failed", async () => {
    repository.stack.write("throw new Error('broken');\n");
    const broken = await repository.commit("Break the program");
    await run(broken, { ...mergeRequest, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "666" }, []);
    await run(broken, mergeRequest, ["preview", "note"], ["preview"]);
    assert.match(forge.comments[1]?.body ?? "", /Error: broken/);
    assertNoSecret(repository, forge);
  });
});
