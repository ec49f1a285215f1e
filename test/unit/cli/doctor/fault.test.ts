import assert from "node:assert/strict";

import { explainFault } from "../../../../provider/cli/doctor/fault";

describe("the explanation of a fault", () => {
  it("tells names, ports, time limits and certificates apart", () => {
    for (const [fault, reason] of [
      ["ENOTFOUND", "api.example is not known"],
      ["EAI_AGAIN", "api.example is not known"],
      ["ECONNREFUSED", "nothing listens there"],
      ["EPROTO", "the connection failed"],
      ["ETIMEDOUT", "it took too long"],
      ["DEPTH_ZERO_SELF_SIGNED_CERT", "its certificate is not trusted"],
      ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "its certificate is not trusted"],
      ["ERR_TLS_CERT_ALTNAME_INVALID", "its certificate is not trusted"],
      ["EPROXY407", "the proxy does not lead there"],
      ["ECONNRESET", "the connection failed"],
    ] as const) {
      const explanation = explainFault(fault, "https://api.example", "", "`CHANGE`");
      assert.equal(explanation.reason, reason, fault);
      assert.ok(explanation.mend.endsWith("; if the address is wrong: `CHANGE`"));
    }
  });

  it("blames the proxy for what happens before it", () => {
    for (const [fault, reason] of [
      ["ENOTFOUND", "the proxy proxy.example:3128 is not known"],
      ["ECONNREFUSED", "the proxy proxy.example:3128 refuses the connection"],
      ["ETIMEDOUT", "it took too long"],
    ] as const) {
      assert.equal(
        explainFault(fault, "https://api.example", "proxy.example:3128", "`CHANGE`").reason,
        reason,
        fault,
      );
    }
  });
});
