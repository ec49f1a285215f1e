import assert from "node:assert/strict";

import { Example } from "../helpers/example";
import type { ReaderResult } from "../helpers/reader";

const secrets = {
  "fluents:apiKey": "canary-fluents-key",
  twilioAuthToken: "canary-twilio-token",
  openaiApiKey: "canary-openai-key",
};

describe("examples/policy", function () {
  this.timeout("10 min");

  let example: Example;
  afterEach(() => example.close());

  it("does what its README says, and finds nothing in the quickstart", async () => {
    example = await Example.create("policy", { secrets: Object.values(secrets) });
    await setUp("cd ../quickstart && npm install && pulumi stack init dev");
    await setUp("pulumi config set twilioAccountSid AC00000000000000000000000000000000");
    for (const [key, value] of Object.entries(secrets)) {
      await setUp(`pulumi config set --secret ${key}`, value);
    }
    await setUp("cd ../policy");
    const findsNothing = {
      output: ["✅ fluents@v0.1.0 (local: ../policy)"],
      check: ({ output }: ReaderResult) => {
        assert.doesNotMatch(output, /\[(mandatory|advisory)\]/);
      },
    };
    await example.followReadme({
      "pulumi preview --policy-pack ../policy": findsNothing,
      "pulumi up --policy-pack ../policy": findsNothing,
      "pulumi preview --policy-pack ../policy --policy-pack-config ../policy/policy-config.json":
        findsNothing,
    });
    assert.equal(example.emulator.environment(secrets["fluents:apiKey"]).list().length, 2);
  });

  /** What a reader of the policies has done before: the README of the quickstart. */
  async function setUp(command: string, input?: string): Promise<void> {
    const { code, output } = await example.run(command, input);
    assert.equal(code, 0, output);
  }
});
