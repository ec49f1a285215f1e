import assert from "node:assert/strict";

import { checkConfiguration } from "../../../../provider/cli/doctor/configuration";
import type { Stack } from "../../../../provider/cli/stack";

describe("the check of the configuration", () => {
  const keys = [
    "fluents:apiKey",
    "fluents:max_retries",
    "Fluents:baseUrl",
    "fluents:timeout",
    "voice:timeout",
    "fluents:twilioAuthToken",
  ];

  /** What is said of keys that are no settings, in a project of a name. */
  function findUnknown(projectName: string | undefined): string[] {
    const config = new Map(keys.map((key) => [key, { value: "value", isSecret: true }]));
    const stack = { name: "dev", config } as unknown as Stack;
    const { findings } = checkConfiguration(stack, { name: projectName, programFolder: "." });
    return findings.map(({ title }) => title).filter((title) => title.includes("no setting"));
  }

  const misspelt = [
    "fluents:max_retries of dev is no setting: did you mean fluents:maxRetries?",
    "Fluents:baseUrl of dev is no setting: did you mean fluents:baseUrl?",
  ];

  it("names keys that are no settings, and the nearest one where it is near", () => {
    assert.deepEqual(findUnknown("voice"), [
      ...misspelt,
      "fluents:timeout of dev is no setting of pulumi-fluents",
      "fluents:twilioAuthToken of dev is no setting of pulumi-fluents",
    ]);
  });

  it("leaves a project that is called fluents its own keys", () => {
    assert.deepEqual(findUnknown("fluents"), misspelt);
  });
});
