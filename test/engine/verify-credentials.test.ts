import assert from "node:assert/strict";

import { startVendors, type VendorEmulator } from "../emulator/vendors";
import { programOf, readWarnings, tabulate, TestStack } from "../helpers/stack";

const good = "HUNTER2-good-token";
const better = "HUNTER2-better-token";
const wrong = "HUNTER2-wrong-token";

function twilioWith(token: string, more: Record<string, unknown> = {}): string {
  return programOf(
    JSON.stringify({
      type: "account_connection_twilio",
      label: "Twilio",
      credentials: { twilio_account_sid: "AC1", twilio_auth_token: token },
      verifyCredentials: true,
      ...more,
    }),
  );
}

describe("verifyCredentials", function () {
  this.timeout("10 min");

  let stack: TestStack;
  let vendors: VendorEmulator;
  beforeEach(async () => {
    vendors = await startVendors();
  });
  afterEach(async () => {
    await stack.close();
    await vendors.close();
  });

  async function start(program: string): Promise<void> {
    stack = await TestStack.create({
      program,
      env: { FLUENTS_TWILIO_URL: vendors.url, FLUENTS_MAX_RETRIES: "0" },
    });
  }

  function readStatuses(): number[] {
    return vendors.requests.map(({ status }) => status);
  }

  it("stops a rotation to a wrong credential, and the old one stays live", async () => {
    vendors.accepted.add(good).add(better);
    await start(twilioWith(good));
    await stack.up();
    const [created] = stack.service.list();
    assert.equal(created?.credentials.twilio_auth_token, good);

    stack.write(twilioWith(wrong, { label: "Twilio, renamed" }));
    const refused = await stack.up(["--diff"], { expectCode: 1 });
    assert.match(
      refused.output,
      /error: .*verifyCredentials: Twilio does not accept the new credentials \(401\)\. Nothing was sent to Fluents/,
    );
    assert.deepEqual(refused.requests, []);
    assert.deepEqual(stack.service.list(), [created]);
    const { c } = await stack.readResources();
    assert.deepEqual(c?.outputs?.credentials, created.credentials);

    vendors.status = 503;
    const outage = await stack.up([], { expectCode: 1 });
    assert.match(outage.output, /Twilio could not be asked whether .*\(it answered 503\)/);
    assert.deepEqual(outage.requests, []);
    vendors.status = undefined;

    stack.write(twilioWith(better));
    const rotated = await stack.up();
    assert.deepEqual(
      rotated.requests.map(({ body }) => body),
      [{ credentials: { twilio_account_sid: "AC1", twilio_auth_token: better } }],
    );
    assert.deepEqual(readStatuses(), [200, 401, 503, 200]);

    // What needs no credentials asks nobody, and the state keeps the argument.
    stack.write(twilioWith(better, { label: "Twilio, renamed" }));
    await stack.up();
    await stack.refresh(["--expect-no-changes"]);
    await stack.preview(["--expect-no-changes"]);
    stack.write(twilioWith(better, { label: "Twilio, renamed", verifyCredentials: false }));
    assert.deepEqual(tabulate((await stack.up()).requests), []);
    assert.equal(vendors.requests.length, 4);
    for (const output of [refused.output, outage.output, await stack.exportState()]) {
      assert.ok(!output.includes("HUNTER2"), output);
    }
  });

  it("stops a creation and an adoption, and warns where a restricted key may not read", async () => {
    await start(twilioWith(wrong));
    const refused = await stack.up([], { expectCode: 1 });
    assert.match(refused.output, /Twilio does not accept the new credentials/);
    assert.deepEqual(stack.service.list(), []);

    const { id } = stack.service.add({
      type: "account_connection_twilio",
      label: "Twilio",
      credentials: { twilio_account_sid: "AC1", twilio_auth_token: good },
    });
    stack.write(twilioWith(wrong, { connectionId: id }));
    const notAdopted = await stack.up([], { expectCode: 1 });
    assert.deepEqual(tabulate(notAdopted.requests), ["GET /"]);

    vendors.status = 403;
    const warned = await stack.up();
    assert.deepEqual(readWarnings(warned.output), [
      'resource "c": verifyCredentials: Twilio knows the new credentials, but does not let them read (403), as with a ' +
        "restricted key: that they work could not be seen. They are sent all the same",
    ]);
    assert.equal(stack.service.get(id)?.credentials.twilio_auth_token, wrong);
  });

  it("is refused for a vendor that cannot be asked, before anything is sent", async () => {
    await start(twilioWith(good, { type: "account_connection_rime" }));
    const failed = await stack.preview([], { expectCode: "any" });
    assert.notEqual(failed.code, 0);
    assert.match(
      failed.output,
      /verifyCredentials: credentials of account_connection_rime cannot be verified, only those of account_connection_twilio and account_connection_openai: leave it out/,
    );
    assert.deepEqual(failed.requests, []);
  });
});
