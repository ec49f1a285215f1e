import assert from "node:assert/strict";

import { AccountConnectionType } from "../../../provider/account-connection-type";
import { findNearest } from "../../../provider/lifecycle/nearest";

const types = Object.values(AccountConnectionType);

describe("the nearest name", () => {
  it("is the name itself, for each", () => {
    for (const type of types) {
      assert.equal(findNearest(type, types), type);
    }
  });

  it("is the type of a vendor that was named alone, whatever the case", () => {
    for (const vendor of ["Twilio", "OPENAI", "deepgram", "azure_speech", "rime", "external_api_key"]) {
      assert.equal(findNearest(vendor, types), `account_connection_${vendor.toLowerCase()}`);
    }
  });

  it("forgives letters that are wrong, missing or too many", () => {
    for (const text of [
      "account_connection_twillio",
      "account_connection_twlio",
      "acount-connection-twilio",
    ]) {
      assert.equal(findNearest(text, types), "account_connection_twilio");
    }
  });

  it("is the first one where none is near", () => {
    assert.equal(findNearest("", ["b", "a"]), "b");
  });

  it("is found fast for a huge text", function () {
    this.timeout("2 s");
    assert.ok(types.includes(findNearest("x".repeat(10_000_000), types)));
  });
});
