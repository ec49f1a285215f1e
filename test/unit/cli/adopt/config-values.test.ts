import assert from "node:assert/strict";

import { listNeededValues } from "../../../../provider/cli/adopt/config-values";
import type { NamedResource } from "../../../../provider/cli/adopt/program";
import type { SecretValue } from "../../../../provider/cli/adopt/resource";

/** The status of a value that the stack has as `present`. */
function findStatus(
  secret: Pick<SecretValue, "value" | "isMasked">,
  present: { readonly value: string; readonly isSecret: boolean } | undefined,
  isForced = false,
): string | undefined {
  const resource: NamedResource = {
    name: { resource: "r", variable: "r" },
    plan: {
      connection: { id: "1", type: "account_connection_twilio", config: {} },
      args: {},
      secrets: [{ path: "/credentials/a", ...secret }],
      leftOut: [],
    },
    configKeys: new Map([["/credentials/a", "r_a"]]),
  };
  const config = new Map(present === undefined ? [] : [["project:r_a", present]]);
  const [needed] = listNeededValues(resource, { config, project: "project", isForced });
  assert.equal(needed?.key, "r_a");
  assert.equal(needed.value, String(secret.value));
  return needed.status;
}

describe("a config value that the program needs", () => {
  const shown = { value: 5, isMasked: false };
  const masked = { value: "****", isMasked: true };

  it("is to be set where the stack has none, or has it in clear", () => {
    assert.equal(findStatus(shown, undefined), "toSet");
    assert.equal(findStatus(shown, { value: "5", isSecret: false }), "toSet");
  });

  it("is set where the stack has the same as a secret", () => {
    assert.equal(findStatus(shown, { value: "5", isSecret: true }), "set");
  });

  it("stays where the stack has another, unless it is forced", () => {
    assert.equal(findStatus(shown, { value: "6", isSecret: true }), "differs");
    assert.equal(findStatus(shown, { value: "6", isSecret: true }, true), "toSet");
  });

  it("is the user's where Fluents masks it: any value that the stack has counts", () => {
    assert.equal(findStatus(masked, undefined, true), "masked");
    assert.equal(findStatus(masked, { value: "6", isSecret: true }, true), "set");
  });
});
