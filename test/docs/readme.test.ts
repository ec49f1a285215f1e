import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { tabulate } from "../helpers/stack";
import { Reader } from "../helpers/reader";
import { guidesFolder, readmeFile, typed } from "./after-readme";

/** The README's commands that this test leaves out, and why. */
const omissions = {
  "npm ci && npm run demo": "test/engine/demo.test.ts runs it",
  "npm ci && npm test": "it is what runs this test",
  "npm ci && npm run emulator -- --port 8700": "it runs until Ctrl-C; test/emulator/main.test.ts runs it",
};

const passphrase = "canary-passphrase";

const person = { NAME: "A. Reader", EMAIL: "reader@example.com" };
const identity = Object.fromEntries(
  Object.entries(person).flatMap(([key, value]) =>
    ["AUTHOR", "COMMITTER"].map((role) => [`GIT_${role}_${key}`, value]),
  ),
);

/** Most lines of the README. */
const longestReadme = 200;

describe("the README", function () {
  this.timeout("10 min");

  let reader: Reader | undefined;
  afterEach(() => reader?.close());

  it("leads from an empty folder to a managed connection, and the guide after it to the next", async () => {
    // The README sets the backend, and asks for the passphrase.
    reader = await Reader.begin({
      env: {
        ...identity,
        PULUMI_BACKEND_URL: undefined,
        PULUMI_CONFIG_PASSPHRASE: undefined,
      },
      secrets: [passphrase],
    });
    const service = reader.emulator.environment(typed.apiKey);
    const list = () => service.list().map(({ label, credentials }) => ({ label, credentials }));
    const twilio = {
      label: "Twilio, dev",
      credentials: {
        twilio_account_sid: "AC00000000000000000000000000000000",
        twilio_auth_token: typed.token,
      },
    };

    await reader.follow(
      readmeFile,
      "guide",
      {
        "read -rs PULUMI_CONFIG_PASSPHRASE && export PULUMI_CONFIG_PASSPHRASE": { input: `${passphrase}\n` },
        "pulumi config set --secret fluents:apiKey": { input: typed.apiKey },
        "pulumi config set --secret twilioAuthToken": { input: typed.token },
        "pulumi up": {
          output: ["+ 2 created"],
          check: () => {
            assert.deepEqual(list(), [twilio]);
          },
        },
      },
      omissions,
    );

    await reader.follow(join(guidesFolder, "first-stack.md"), "guide", {
      "pulumi config set --secret openaiApiKey": { input: typed.openaiKey },
      "pulumi up": {
        check: ({ requests }) => {
          assert.equal(tabulate(requests.filter(({ method }) => method === "POST")).length, 1);
          assert.deepEqual(list(), [
            twilio,
            { label: "OpenAI, dev", credentials: { openai_api_key: typed.openaiKey } },
          ]);
        },
      },
      "pulumi preview": { output: [/\d unchanged/] },
    });
    const { output } = await reader.run("git ls-files");
    assert.deepEqual(output.trim().split("\n"), [
      ".gitignore",
      "Pulumi.dev.yaml",
      "Pulumi.yaml",
      "index.ts",
      "package-lock.json",
      "package.json",
    ]);
  });

  it("is short, and leads to each guide, which a test follows", () => {
    const text = readFileSync(readmeFile, "utf8");
    assert.ok(text.trimEnd().split("\n").length <= longestReadme);
    const guides = Array.from(text.matchAll(/\(docs\/guides\/(.+?\.md)\)/g), ([, guide]) => guide);
    assert.deepEqual([...new Set(guides)].toSorted(), readdirSync(guidesFolder).toSorted());
    const test = readFileSync(join(__dirname, "guides.test.ts"), "utf8");
    const left = guides
      .map((guide = "") => guide.replace(".md", ""))
      .filter((name) => !test.includes(`follow("${name}", {`));
    // Above.
    assert.deepEqual(left, ["first-stack"]);
  });
});
