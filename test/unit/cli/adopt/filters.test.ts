import assert from "node:assert/strict";

import { AccountConnectionType } from "../../../../provider/account-connection-type";
import { isWanted, parseType } from "../../../../provider/cli/adopt/filters";

describe("the filter by type", () => {
  it("takes every name of a type, and the API's value", () => {
    for (const [name, type] of Object.entries(AccountConnectionType)) {
      const short = type.replace("account_connection_", "");
      for (const text of [name, type, short, short.replaceAll("_", "-"), short.toUpperCase()]) {
        assert.equal(parseType(text), type, text);
      }
    }
  });

  it("takes the API's value of a type that this release does not know", () => {
    assert.equal(parseType("account_connection_new"), "account_connection_new");
  });

  it("names the nearest type where there is none", () => {
    assert.throws(() => parseType("twilo"), /the nearest is "twilio"/);
    assert.throws(() => parseType(""), /the nearest is /);
  });
});

describe("filters", () => {
  const twilio = { id: "1", type: "account_connection_twilio", label: "Production", config: {} };
  const unlabelled = { id: "2", type: "account_connection_openai", config: {} };

  it("want everything where they are empty", () => {
    assert.ok([twilio, unlabelled].every((connection) => isWanted(connection, { types: [], labels: [] })));
  });

  it("want one of the types and one of the labels", () => {
    const types = ["account_connection_twilio", "account_connection_rime"];
    assert.ok(isWanted(twilio, { types, labels: ["x", "PROD"] }));
    assert.ok(!isWanted(twilio, { types, labels: ["x"] }));
    assert.ok(!isWanted(unlabelled, { types, labels: [] }));
    assert.ok(!isWanted(unlabelled, { types: [], labels: ["prod"] }));
  });
});
