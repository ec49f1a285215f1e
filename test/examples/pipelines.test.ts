import assert from "node:assert/strict";

import { Example } from "../helpers/example";

const identity = { name: "Dev", email: "dev@example.com" };

describe("examples/pipelines", function () {
  this.timeout("2 min");

  let example: Example;
  afterEach(() => example.close());

  it("does what its README says; a rotation is one commit, and sends nothing by itself", async () => {
    example = await Example.create("pipelines", {
      env: {
        GIT_AUTHOR_NAME: identity.name,
        GIT_AUTHOR_EMAIL: identity.email,
        GIT_COMMITTER_NAME: identity.name,
        GIT_COMMITTER_EMAIL: identity.email,
      },
    });
    for (const command of [
      "cd ../quickstart && git init --quiet --initial-branch=main && git init --quiet --bare ~/remote",
      "pulumi stack init prod && git add . && git commit --quiet --message Begin",
      "git remote add origin ~/remote && git push --quiet --set-upstream origin main && cd ../pipelines",
    ]) {
      const { code, output } = await example.run(command);
      assert.equal(code, 0, output);
    }
    await example.followReadme({
      "pulumi config set --secret twilioAuthToken --stack prod": { input: "canary-rotated" },
      'git commit --all --message "Rotate the token of Twilio"': { output: [/1 file changed/] },
    });

    const { output } = await example.run(
      "ls -A . .github/workflows ci; git log --oneline --stat -1 origin/main",
    );
    for (const expected of [
      /\.gitlab-ci\.yml/,
      /deploy\.yml\ndrift\.yml\npreview\.yml/,
      /report\.mjs/,
      /Pulumi\.prod\.yaml/,
    ]) {
      assert.match(output, expected);
    }
    assert.equal(example.emulator.journal.length, 0);
  });
});
