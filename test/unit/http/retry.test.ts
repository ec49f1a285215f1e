import assert from "node:assert/strict";

import { isAmbiguousFault } from "../../../provider/http/retry";

describe("a fault instead of an answer", () => {
  it("says that nothing was sent where no connection to the service was made", () => {
    for (const code of [
      "ECONNREFUSED",
      "ENOTFOUND",
      "EAI_AGAIN",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "ERR_INVALID_CHAR",
      "EPROXY",
      "EPROXY407",
      "EPROXY503",
    ]) {
      assert.ok(!isAmbiguousFault(code), code);
    }
  });

  it("leaves open whether the request was carried out where the connection was lost", () => {
    for (const code of ["ECONNRESET", "EPIPE", "ETIMEDOUT", "HPE_INVALID_CONSTANT", "unknown fault"]) {
      assert.ok(isAmbiguousFault(code), code);
    }
  });
});
