import assert from "node:assert/strict";

import { FluentsError } from "../../provider/errors";
import type { JsonObject } from "../../provider/json";
import { Redactor } from "../../provider/redact";
import { Verifier } from "../../provider/vendors/verifier";
import { vendors, type VerifiableType } from "../../provider/vendors/vendors";
import { startVendors, type VendorEmulator } from "../emulator/vendors";
import { sampleUrn } from "../helpers/samples";

const secret = 'HUNTER2 "vendor"/+';

const credentialsOf: Readonly<Record<VerifiableType, JsonObject>> = {
  account_connection_twilio: { twilio_account_sid: "AC/1?", twilio_auth_token: secret },
  account_connection_openai: { openai_api_key: secret },
};

const pathOf: Readonly<Record<VerifiableType, string>> = {
  account_connection_twilio: "/2010-04-01/Accounts/AC%2F1%3F.json",
  account_connection_openai: "/v1/models",
};

describe("the verification of credentials", () => {
  let server: VendorEmulator;
  let warnings: { message: string; urn: string | undefined }[];
  beforeEach(async () => {
    server = await startVendors();
    warnings = [];
  });
  afterEach(() => server.close());

  function createVerifier(url = server.url, maxRetries = 1): Verifier {
    const settings = {
      apiKey: "key",
      baseUrl: "http://127.0.0.1:1",
      environmentConnectionId: undefined,
      requestTimeoutMs: 2_000,
      maxRetries,
      maxConcurrency: 10,
      twilioUrl: url,
      openaiUrl: url,
    };
    return new Verifier(settings, new Redactor(), {
      warn: (message, urn) => {
        warnings.push({ message, urn });
        return Promise.resolve();
      },
      assertWanted: () => Promise.resolve(),
    });
  }

  async function fail(type: VerifiableType, verifier: Verifier): Promise<FluentsError> {
    const error: unknown = await verifier.verify(type, credentialsOf[type]).then(
      () => assert.fail("it passed"),
      (reason: unknown) => reason,
    );
    assert.ok(FluentsError.isInstance(error), String(error));
    assert.ok(!error.message.includes("HUNTER2"), error.message);
    return error;
  }

  for (const type of Object.keys(vendors) as VerifiableType[]) {
    const { name } = vendors[type];

    it(`of ${name} passes with one read where the vendor accepts them`, async () => {
      server.accepted.add(secret);
      await createVerifier().verify(type, credentialsOf[type]);
      assert.deepEqual(server.requests, [{ vendor: name, method: "GET", path: pathOf[type], status: 200 }]);
      assert.deepEqual(warnings, []);
    });

    it(`of ${name} fails with one read where the vendor refuses them`, async () => {
      const error = await fail(type, createVerifier());
      assert.equal(error.code, "credentials_refused");
      assert.match(error.message, new RegExp(`${name} does not accept the new credentials \\(401\\)`));
      assert.match(error.message, /Nothing was sent to Fluents/);
      assert.equal(server.requests.length, 1);
    });

    it(`of ${name} passes with a warning where a restricted key may not read`, async () => {
      server.status = 403;
      await createVerifier().verify(type, credentialsOf[type], sampleUrn);
      assert.deepEqual(
        warnings.map(({ urn }) => urn),
        [sampleUrn],
      );
      assert.match(warnings[0]?.message ?? "", new RegExp(`${name} knows the new credentials, .*\\(403\\)`));
    });

    for (const status of [302, 400, 404, 429, 500, 503]) {
      it(`of ${name} fails where the vendor answers ${status}`, async () => {
        server.status = status;
        const error = await fail(type, createVerifier(server.url, 0));
        assert.equal(error.code, "verification_failed");
        assert.match(error.message, new RegExp(`${name} could not be asked .*\\(it answered ${status}\\)`));
      });
    }

    it(`of ${name} fails where nobody answers`, async () => {
      await server.close();
      const error = await fail(type, createVerifier(server.url, 0));
      assert.equal(error.code, "verification_failed");
      assert.match(error.message, /ECONNREFUSED/);
    });
  }

  it("refuses a key that cannot be sent, such as one with the line break at the end of a file", async () => {
    const verification = createVerifier().verify("account_connection_openai", {
      openai_api_key: "HUNTER2\n",
    });
    await assert.rejects(verification, (error: FluentsError) => {
      assert.equal(error.code, "credentials_refused");
      assert.match(error.message, /hold a character that no key has .*Correct openai_api_key/);
      assert.ok(!error.message.includes("HUNTER2"));
      return true;
    });
    assert.deepEqual(server.requests, []);
  });

  it("asks again after a fault of the vendor", async () => {
    server.status = 500;
    const { random } = Math;
    Math.random = () => 0;
    try {
      await fail("account_connection_openai", createVerifier());
    } finally {
      Math.random = random;
    }
    assert.equal(server.requests.length, 2);
  });
});
