import assert from "node:assert/strict";

import { looksSecret, SecretTexts } from "../../../../provider/cli/adopt/secret-texts";

describe("a setting", () => {
  for (const [path, value] of [
    [["webhook_token"], "x"],
    [["webhookToken"], "x"],
    [["APIKey"], "x"],
    [["HTTPAuth"], "x"],
    [["accesskey"], "x"],
    [["api-key"], "x"],
    [["keys", "0"], "x"],
    [["password"], 1234],
    [["auth", "user"], "x"],
    [["tokens"], "x"],
    [["url"], "https://user:pass@example.org/path"],
    [["header"], "Bearer abc"],
    [["value"], "sk-abc"],
    [["pem"], "-----BEGIN PRIVATE KEY-----"],
  ] as const) {
    it(`${path.join(".")}: ${JSON.stringify(value)} looks like a secret`, () => {
      assert.ok(looksSecret(path, value));
    });
  }

  for (const [path, value] of [
    [["keyterms", "0"], "x"],
    [["keyboard"], "x"],
    [["author"], "x"],
    [["max_tokens"], 100],
    [["use_token"], true],
    [["token"], null],
    [["url"], "https://example.org:8080/path"],
    [["prompt"], "Ask for the password."],
  ] as const) {
    it(`${path.join(".")}: ${JSON.stringify(value)} does not`, () => {
      assert.ok(!looksSecret(path, value));
    });
  }
});

describe("the secrets of an account", () => {
  const secrets = new SecretTexts();
  secrets.add({ token: "token-of-test-1", region: "germanywestcentral", short: "a1", port: 5061 });
  secrets.addConfig({ webhook: { token: "webhook-secret-1", url: "https://example.org/1" } });

  it("are found inside texts", () => {
    assert.ok(secrets.isIn("see token-of-test-1, please"));
    assert.ok(secrets.isIn("webhook-secret-1"));
  });

  it("are not what stands in labels by chance", () => {
    for (const text of ["Azure germanywestcentral", "a1", "5061", "https://example.org/1", ""]) {
      assert.ok(!secrets.isIn(text), text);
    }
  });
});
