import assert from "node:assert/strict";

import { canary } from "../helpers/canary";
import { tabulate } from "../helpers/stack";
import { Forge } from "./forge";
import { pullRequestOf, runWorkflow, type Run } from "./github-runner";
import { assertNoSecret } from "./no-secret";
import { platformToken, UserRepository } from "./user-repository";

const manyProgram = `import * as pulumi from "@pulumi/pulumi";
import * as fluents from "pulumi-fluents";

const config = new pulumi.Config();
for (let index = 0; index < 100; index += 1) {
  new fluents.AccountConnection(\`rime-\${index}\`, {
    type: "account_connection_rime",
    label: \`Rime \${index}\`,
    credentials: { rime_api_key: config.requireSecret(\`key\${index}\`) },
  });
}
`;

describe("the workflows for GitHub", function () {
  this.timeout("10 min");

  let repository: UserRepository;
  let forge: Forge;
  beforeEach(async () => (forge = await Forge.start(platformToken)));
  afterEach(async () => {
    await forge.close();
    await repository.stack.close();
  });

  /** Runs a workflow to its end. Gives the output of its steps by name, and the requests to the service. */
  async function run(name: string, options: Run, expectFailed: readonly string[] = []) {
    const before = repository.stack.emulator.journal.length;
    const steps = await runWorkflow(name, options, repository, forge);
    const failed = steps.filter(({ code }) => code !== 0).map((step) => step.name);
    assert.deepEqual(failed, expectFailed, steps.map(({ output }) => output).join("\n"));
    return { steps, requests: repository.stack.emulator.journal.slice(before) };
  }

  it("rotate one of 100 connections by a commit: one update, and the others untouched", async () => {
    const secrets = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`key${index}`, `${canary}-${index}`]),
    );
    repository = await UserRepository.start({ program: manyProgram, secrets });
    await repository.commit("Declare 100 connections");
    await repository.installAndUp();
    const before = repository.service.list();
    assert.equal(before.length, 100);

    await repository.stack.setConfig("key42", `${canary}-rotated`, true);
    const rotation = await repository.commit("Rotate the key of Rime 42");
    const previewed = await run("preview", {
      event: "pull_request",
      commit: rotation,
      payload: pullRequestOf(rotation),
    });
    assert.deepEqual(previewed.requests, []);
    assert.match(
      forge.comments[1]?.body ?? "",
      /~ credentials: \[secret\] => \[secret\][^]*~ 1 to update\n +100 unchanged/,
    );

    const deployed = await run("deploy", { event: "push", commit: rotation });
    assert.deepEqual(tabulate(deployed.requests), [
      `POST /update {"credentials":{"rime_api_key":"${canary}-rotated"}}`,
    ]);
    const changed = before.find(({ label }) => label === "Rime 42");
    assert.equal(deployed.requests[0]?.query.id, changed?.id);
    assert.deepEqual(
      repository.service.list().filter(({ id }) => id !== changed?.id),
      before.filter(({ id }) => id !== changed?.id),
    );
    assertNoSecret(repository, forge);
  });

  it("keep one comment and one issue, say what drifted, and put it back", async () => {
    repository = await UserRepository.start({
      secrets: { twilioAuthToken: `twilio-${canary}`, openaiApiKey: `openai-${canary}` },
    });
    const commit = await repository.commit("Declare two connections");
    const preview = { event: "pull_request", commit, payload: pullRequestOf(commit) };
    const nightly = { event: "schedule", commit };
    await run("preview", preview);
    assert.match(forge.comments[1]?.body ?? "", /^### Preview of `prod`\n[^]*\n {4} +\+ 3 to create/);
    await run("deploy", { event: "push", commit });
    await run("drift", nightly);
    assert.equal(forge.issues.length, 0);

    const [openai] = repository.service.list().filter(({ label }) => label === "OpenAI, prod");
    repository.service.change(openai?.id ?? "", {
      label: "by hand",
      credentials: { openai_api_key: `other-${canary}` },
    });
    await run("drift", nightly);
    await run("drift", nightly);
    assert.equal(forge.issues.length, 1);
    assert.equal(forge.issues[0]?.title, "Drift in prod");
    assert.match(forge.issues[0].body, /~ label *: "by hand" => "OpenAI, prod"/);
    assert.match(forge.issues[0].body, /~ credentials: \[secret\] => \[secret\]/);

    await run("deploy", { event: "workflow_dispatch", commit });
    assert.equal(repository.service.get(openai?.id ?? "")?.label, "OpenAI, prod");
    await run("drift", nightly);
    assert.equal(forge.issues[0].state, "closed");

    repository.stack.emulator.setFaults([{ fault: { kind: "status", status: 403 }, times: Infinity }]);
    await run("drift", nightly, ["drift: Check"]);
    assert.equal(forge.issues.length, 1);

    repository.stack.write("throw new Error('broken');\n");
    const broken = await repository.commit("Break the program");
    await run("preview", { event: "pull_request", commit: broken, payload: pullRequestOf(broken) }, [
      "preview: Preview",
    ]);
    assert.equal(forge.comments.length, 2);
    assert.match(forge.comments[1]?.body ?? "", new RegExp(`${broken}[^]*Error: broken`));
    assertNoSecret(repository, forge);
  });

  it("run nothing for a fork, and say nothing of a preview that did not begin", async () => {
    repository = await UserRepository.start({ secrets: {}, files: { "package-lock.json": __filename } });
    const commit = await repository.commit("Break the lock");
    const options = { event: "pull_request", commit };
    const ofFork = await run("preview", { ...options, payload: pullRequestOf(commit, "stranger/voice") });
    assert.deepEqual(ofFork.steps, []);
    await run("preview", { ...options, payload: pullRequestOf(commit) }, ["preview: Install"]);
    assert.equal(forge.comments.length, 1);
  });
});
