import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { Example } from "../helpers/example";
import type { Step } from "../helpers/reader";

describe("followReadme", function () {
  this.timeout("2 min");

  let example: Example;
  before(async () => {
    example = await Example.create("quickstart");
  });
  after(() => example.close());

  const follow = (commands: string, steps: Record<string, Step | Step[]> = {}) => {
    writeFileSync(join(example.folder, "README.md"), "```sh\n" + commands + "\n```\n");
    return example.followReadme(steps);
  };

  it("fails where a command does otherwise than the README and the test say, and shows what it printed", async () => {
    await assert.rejects(
      follow("true\necho words && false"),
      /^Error: README\.md:3: `echo words && false`: .*exit code 0, not 1\nIt printed:\nwords/,
    );
    await assert.rejects(follow("true", { true: { code: 1 } }), /exit code 1, not 0/);
    await assert.rejects(follow("echo a", { "echo a": { output: [/b/] } }), /should print \/b\//);
    await assert.rejects(follow("echo a\n```\n```text\na … c"), /should print \/a\\s\+/);
    await assert.rejects(
      follow("echo a", { "echo a": { check: () => assert.fail("not so") } }),
      /README\.md:2: `echo a`: not so\nIt printed:\na/,
    );
    await follow("echo a b\n```\n```text\na …");
  });

  it("fails where the test knows other commands than the README has", async () => {
    await assert.rejects(follow("true", { false: {} }), /README.md has no command `false`/);
    await assert.rejects(follow("true\ntrue", { true: [{}] }), /README.md has `true` 2 times/);
    await assert.rejects(follow("# true"), /README.md has no command/);
  });

  it("gives the service to the commands, and their requests to the test", async () => {
    const get = 'curl -s -H "Authorization: Bearer key" "$FLUENTS_API_URL/v1/account_connections/list"';
    await follow(get, {
      [get]: {
        check: ({ requests }) => {
          assert.equal(requests.length, 1);
        },
      },
    });
  });

  it("fails where a secret is in an output or in a file", async () => {
    await follow("cat > /dev/null # --secret", { "cat > /dev/null": { input: "canary-1" } });
    await assert.rejects(follow("printf canary-%s 1"), /canary-1 is in the outputs/);
    const inFile = await Example.create("quickstart", { secrets: ["canary-2"] });
    try {
      await inFile.run("echo canary-2 > left-over");
      assert.throws(() => {
        inFile.assertNoSecrets();
      }, /canary-2 is in .*left-over/);
    } finally {
      await inFile.close();
    }
  });
});
