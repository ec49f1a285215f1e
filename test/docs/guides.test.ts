import assert from "node:assert/strict";
import { join } from "node:path";

import { startVendors, type VendorEmulator } from "../emulator/vendors";
import type { Reader, ReaderResult } from "../helpers/reader";
import { tabulate } from "../helpers/stack";
import { beginAfterReadme, guidesFolder, typed } from "./after-readme";

/** The id that the guides give as an example. */
const sampleId = "550e8400-e29b-41d4-a716-446655440000";

const sid = "AC00000000000000000000000000000000";

const listWrites = ({ requests }: ReaderResult) =>
  tabulate(requests.filter(({ method }) => method === "POST"));
const writesNothing = (result: ReaderResult) => {
  assert.deepEqual(listWrites(result), []);
};

describe("the guide", function () {
  this.timeout("10 min");

  let reader: Reader;
  let vendors: VendorEmulator | undefined;
  afterEach(async () => {
    await reader.close();
    await vendors?.close();
    vendors = undefined;
  });

  const serviceOf = (key = typed.apiKey) => reader.emulator.environment(key);
  const find = (vendor: string) =>
    serviceOf()
      .list()
      .find(({ type }) => type === `account_connection_${vendor}`);
  const follow = (name: string, steps: Parameters<Reader["follow"]>[2]) =>
    reader.follow(join(guidesFolder, `${name}.md`), "guide", steps);

  it("adopt: takes over one connection, then the account, and looks up", async () => {
    reader = await beginAfterReadme();
    serviceOf().add(
      {
        type: "account_connection_deepgram",
        label: "by hand",
        credentials: { deepgram_api_key: typed.newToken },
      },
      sampleId,
    );
    serviceOf().add({
      type: "account_connection_openai",
      label: "OpenAI, production",
      credentials: { openai_api_key: typed.openaiKey },
    });
    await follow("adopt", {
      "pulumi up": [
        {
          output: ["+ 1 created"],
          check: (result) => {
            assert.deepEqual(listWrites(result), ['POST /update {"label":"Deepgram, production"}']);
          },
        },
        { output: ["+ 1 created"], check: writesNothing },
        { output: [/sharedLabel *: "Deepgram, production"/, '[0]: "Twilio, dev"'], check: writesNothing },
      ],
      "npx pulumi-fluents adopt --out account.ts --set-config": {
        output: ["1 connection to adopt, 2 managed"],
      },
      "pulumi preview": { output: ["+ 1 to create"], check: writesNothing },
    });
    assert.equal(serviceOf().list().length, 3);
  });

  it("rotate: sends a new credential, asks the vendor, and sends it again", async () => {
    vendors = await startVendors();
    vendors.accepted.add(typed.newToken);
    reader = await beginAfterReadme({ env: { FLUENTS_TWILIO_URL: vendors.url } });
    const rotation = `POST /update ${JSON.stringify({
      credentials: { twilio_account_sid: sid, twilio_auth_token: "[hidden]" },
    })}`;
    const isRotation = (result: ReaderResult) => {
      assert.equal(listWrites(result).length, 1, rotation);
      assert.deepEqual(Object.keys(result.requests.at(-1)?.body as object), ["credentials"]);
      assert.equal(find("twilio")?.credentials["twilio_auth_token"], typed.newToken);
    };
    await follow("rotate", {
      "pulumi config set --secret twilioAuthToken": { input: typed.newToken },
      "pulumi up": [
        {
          check: (result) => {
            isRotation(result);
            assert.equal(vendors?.requests.length, 0);
          },
        },
        {
          check: (result) => {
            isRotation(result);
            assert.equal(vendors?.requests.length, 1);
          },
        },
      ],
    });
  });

  it("environments: makes a second stack with a key of its own, which writes nowhere else", async () => {
    reader = await beginAfterReadme();
    const key = "canary-production-key";
    const before = serviceOf().list();
    await follow("environments", {
      "pulumi config set --secret fluents:apiKey": { input: key },
      "pulumi config set --secret twilioAuthToken": { input: typed.newToken },
      "pulumi up": { output: ["+ 2 created"] },
      "pulumi up --stack dev": { output: ["2 unchanged"], check: writesNothing },
    });
    assert.deepEqual(serviceOf().list(), before);
    assert.deepEqual(
      serviceOf(key)
        .list()
        .map(({ label }) => label),
      ["Twilio, production"],
    );
    assert.equal(
      (
        await reader.run("pulumi config get fluents:environmentConnectionId --stack production")
      ).output.trim(),
      serviceOf(key).list()[0]?.id,
    );
  });

  it("drift: shows what was changed, fails where a job should, and puts it back", async () => {
    reader = await beginAfterReadme();
    const drift = () => {
      serviceOf().change(find("twilio")?.id ?? "", { label: "by hand" });
    };
    const isPutBack = (result: ReaderResult) => {
      assert.deepEqual(listWrites(result), ['POST /update {"label":"Twilio, dev"}']);
      assert.equal(find("twilio")?.label, "Twilio, dev");
    };
    drift();
    await follow("drift", {
      "pulumi preview --refresh --diff": { output: [/label.*by hand/], check: writesNothing },
      "pulumi preview --refresh --expect-no-changes": { code: "failure", check: writesNothing },
      "pulumi up --refresh": {
        check: (result) => {
          isPutBack(result);
          drift();
        },
      },
      "pulumi refresh --diff": { output: [/label.*"Twilio, dev" => "by hand"/], check: writesNothing },
      "pulumi up": { check: isPutBack },
    });
  });

  it("destroy: scrubs the connection", async () => {
    reader = await beginAfterReadme();
    await follow("destroy", {
      "pulumi up": { check: writesNothing },
      "pulumi destroy": { output: ["- 2 deleted"] },
    });
    assert.equal(find("twilio")?.label, "[removed] Twilio, dev");
    assert.deepEqual(find("twilio")?.credentials, {
      twilio_account_sid: "removed-by-pulumi",
      twilio_auth_token: "removed-by-pulumi",
    });
  });

  it("troubleshooting: lets the doctor find a key that stands in clear", async () => {
    reader = await beginAfterReadme();
    // Not the one that is searched for: this command writes it in clear.
    await reader.run("pulumi config set --plaintext fluents:apiKey", "key-in-clear");
    await follow("troubleshooting", { "npx pulumi-fluents doctor": { code: 1 } });
  });
});
