import assert from "node:assert/strict";

import { isAmbiguousFault, RetryPlan } from "../../../provider/http/retry";

describe("a fault instead of an answer", () => {
  it("says that nothing was sent where no connection to the service was made", () => {
    for (const code of [
      "ECONNREFUSED",
      "ENOTFOUND",
      "EAI_AGAIN",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
      "ERR_INVALID_CHAR",
      "EPROXY",
      "EPROXY407",
      "EPROXY503",
    ]) {
      assert.ok(!isAmbiguousFault(code), code);
    }
  });

  it("leaves open whether the request was carried out where the connection was lost", () => {
    for (const code of [
      "ECONNRESET",
      "EPIPE",
      "ETIMEDOUT",
      "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC",
      // What is no TLS can come from a gateway in the middle of an exchange.
      "ERR_SSL_WRONG_VERSION_NUMBER",
      "HPE_INVALID_CONSTANT",
      "unknown fault",
    ]) {
      assert.ok(isAmbiguousFault(code), code);
    }
  });
});

describe("the wait before a retry", () => {
  const { random } = Math;
  before(() => {
    Math.random = () => 0.5;
  });
  after(() => {
    Math.random = random;
  });

  function waitFor(retryAfter: string | undefined, date?: string): number | undefined {
    const plan = new RetryPlan(true, { maxRetries: 5, requestTimeoutMs: 1000 });
    return plan.next({ status: 503, retryAfter, date }, 3)?.durationMs;
  }

  it("is at least the back-off, however little the service asks for", () => {
    for (const retryAfter of [undefined, "", "0", "-1", "1.5", "soon", "Thu, 01 Jan 1970 00:00:00 GMT"]) {
      assert.equal(waitFor(retryAfter), 2000, retryAfter);
    }
    assert.equal(waitFor("7"), 7000);
  });

  it("goes by the clock of the service", () => {
    const [date, retryAfter] = ["Thu, 01 Jan 1970 00:00:10 GMT", "Thu, 01 Jan 1970 00:00:30 GMT"];
    assert.equal(waitFor(retryAfter, date), 20_000);
  });
});
