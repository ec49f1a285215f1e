import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Example } from "../helpers/example";
import type { ReaderResult } from "../helpers/reader";
import { tabulate, type StateResource } from "../helpers/stack";

const secrets = {
  "fluents:apiKey": "canary-fluents-key",
  twilioAuthToken: "canary-twilio-token",
  deepgramApiKey: "canary-deepgram-key",
  openaiApiKey: "canary-openai-key",
  elevenLabsApiKey: "canary-elevenlabs-key",
};

const vendors = ["deepgram", "elevenlabs", "openai", "twilio"];

describe("examples/call-center", function () {
  this.timeout("10 min");

  let example: Example;
  afterEach(() => example.close());

  const listConnections = () => example.emulator.environment(secrets["fluents:apiKey"]).list();
  const find = (label: string) =>
    listConnections().find((connection) => connection.label === label) ?? assert.fail(label);
  const countRequests = ({ requests }: ReaderResult) => {
    const counts: Record<string, number> = {};
    for (const line of tabulate(requests)) {
      const endpoint = line.split(" ", 2).join(" ");
      counts[endpoint] = (counts[endpoint] ?? 0) + 1;
    }
    return counts;
  };

  it("does what its README says", async () => {
    example = await Example.create("call-center");
    const sendsNothing = ({ requests }: ReaderResult) => {
      assert.deepEqual(requests, []);
    };

    await example.followReadme({
      ...Object.fromEntries(
        Object.entries(secrets).map(([key, input]) => [`pulumi config set --secret ${key}`, { input }]),
      ),
      "pulumi preview": { output: ["+ 20 to create"], check: sendsNothing },
      "pulumi up --yes": {
        output: ["+ 20 created"],
        check: async (result) => {
          assert.deepEqual(countRequests(result), { "GET /list": 1, "POST /create": 12 });
          checkConnections();
          await checkProcess();
        },
      },
      "pulumi up --yes --expect-no-changes": { check: sendsNothing },
      "cat routes.json": {
        check: ({ output }) => {
          assert.deepEqual(JSON.parse(output), {
            alpine: find("Alpine Outfitters: telephony").id,
            bistro: find("Bistro Nord: telephony").id,
            clinic: find("Clinic am Park: telephony").id,
          });
        },
      },
      "pulumi up --yes --diff": {
        output: ["~ 1 updated"],
        check: ({ requests }) => {
          assert.deepEqual(tabulate(requests), ['POST /update {"steering_pool":["+14155550129"]}']);
          assert.equal(requests[0]?.query.id, find("Bistro Nord: telephony").id);
        },
      },
      "pulumi destroy --yes": [
        { code: 1, check: sendsNothing },
        {
          output: ["- 20 deleted"],
          check: () => {
            assert.equal(listConnections().length, 12);
            for (const { label = "", credentials } of listConnections()) {
              assert.match(label, /^\[removed\] /);
              assert.deepEqual(new Set(Object.values(credentials)), new Set(["removed-by-pulumi"]));
            }
            assert.ok(!existsSync(join(example.folder, "routes.json")));
          },
        },
      ],
    });
  });

  /** The service has what `brands.ts` says, and the generated passwords, which go to the secrets to look for. */
  function checkConnections(): void {
    for (const title of ["Alpine Outfitters", "Bistro Nord", "Clinic am Park"]) {
      const ofBrand = listConnections().filter(({ label }) => label?.startsWith(`${title}: `));
      assert.deepEqual(
        ofBrand.map(({ type }) => type.replace("account_connection_", "")).toSorted(),
        vendors,
      );
      const { credentials, config } = find(`${title}: telephony`);
      const password = credentials["webhook_password"];
      assert.ok(typeof password === "string" && password.length === 32);
      example.addSecret(password);
      assert.deepEqual(config, {
        pipeline: {
          speech_to_text: find(`${title}: speech-to-text`).id,
          llm: find(`${title}: LLM`).id,
          text_to_speech: find(`${title}: text-to-speech`).id,
        },
      });
    }
  }

  /** Connections, and resources whose provider is a serialised closure, are served by one provider process. */
  async function checkProcess(): Promise<void> {
    const { output } = await example.run("pulumi stack export");
    const { deployment } = JSON.parse(output) as {
      deployment: { resources: (StateResource & { provider?: string })[] };
    };
    const dynamic = deployment.resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic"));
    assert.equal(dynamic.length, 16);
    assert.equal(new Set(dynamic.map(({ type }) => type)).size, 2);
    assert.equal(new Set(dynamic.map(({ provider }) => provider)).size, 1);
    assert.doesNotMatch(readFileSync(join(example.folder, "routes.json"), "utf8"), /canary/);
  }
});
