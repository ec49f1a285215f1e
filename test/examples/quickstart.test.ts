import assert from "node:assert/strict";

import { Example } from "../helpers/example";
import { tabulate } from "../helpers/stack";

const apiKey = "canary-fluents-key";

describe("examples/quickstart", function () {
  this.timeout("10 min");

  let example: Example;
  afterEach(() => example.close());

  it("does what its README says", async () => {
    example = await Example.create("quickstart", { secrets: ["canary-deepgram-key"] });
    const service = example.emulator.environment(apiKey);
    const deepgram = service.add({
      type: "account_connection_deepgram",
      description: "made in the dashboard",
      credentials: { deepgram_api_key: "canary-deepgram-key" },
    });
    await example.followReadme({
      "pulumi config set --secret fluents:apiKey": { input: apiKey },
      "pulumi config set --secret twilioAuthToken": { input: "canary-twilio-token" },
      "pulumi config set --secret openaiApiKey": { input: "canary-openai-key" },
      "pulumi config set deepgramConnectionId": { input: deepgram.id },
      "pulumi up": {
        output: ["made in the dashboard", "+ 4 created"],
        check: ({ requests }) => {
          const writes = requests.filter(({ method }) => method === "POST");
          assert.equal(writes.length, 3);
          assert.ok(tabulate(writes).includes('POST /update {"label":"Deepgram, dev"}'));
        },
      },
    });
    assert.deepEqual(Object.fromEntries(service.list().map(({ type, credentials }) => [type, credentials])), {
      account_connection_deepgram: { deepgram_api_key: "canary-deepgram-key" },
      account_connection_openai: { openai_api_key: "canary-openai-key" },
      account_connection_twilio: {
        twilio_account_sid: "AC00000000000000000000000000000000",
        twilio_auth_token: "canary-twilio-token",
      },
    });
  });
});
