import assert from "node:assert/strict";

import { findSecretSettings, looksSecret, SecretTexts } from "../../../../provider/cli/adopt/secret-texts";

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
    [["url"], "https://example.org/hook?room=1&access_token=x"],
    [["url"], "https://hooks.slack.com/services/T0/B0/x"],
    [["url"], "https://example.org/api/webhooks/1/x"],
    [["database"], "Server=db;User=me;Password=x"],
    [["google"], `AIza${"x".repeat(35)}`],
    [["aws"], "AKIAABCDEFGHIJKLMNOP"],
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
    [["url"], "https://example.org:8080/path?page=2"],
    [["prompt"], "Ask for the password."],
  ] as const) {
    it(`${path.join(".")}: ${JSON.stringify(value)} does not`, () => {
      assert.ok(!looksSecret(path, value));
    });
  }
});

describe("the settings of a connection", () => {
  it("are secrets by a name beside them, too", () => {
    const config = {
      headers: [
        { name: "X-Api-Key", value: "a" },
        { name: "Accept", value: "b" },
        { header: "Authorization", value: "c", note: "d" },
      ],
      token: "e",
    };
    assert.deepEqual([...findSecretSettings(config)].toSorted(), [
      "/headers/0/value",
      "/headers/2/value",
      "/token",
    ]);
  });
});

describe("the secrets of an account", () => {
  const secrets = new SecretTexts();
  secrets.addCredentials({
    token: "token-of-test-1",
    password: "correct-horse",
    pin: "1234",
    account: "AC0123456789",
    region: "germanywestcentral",
    short: "a1",
    port: 5061,
  });
  secrets.addSecrets(["of the stack", "short"]);
  secrets.addConfig({ webhook: { token: "webhook-secret-1", url: "https://example.org/1" } });

  it("are found inside texts", () => {
    assert.ok(secrets.isIn("see token-of-test-1, please"));
    assert.ok(secrets.isIn("webhook-secret-1"));
    assert.ok(secrets.isIn("SIP correct-horse"));
    assert.ok(secrets.isIn("AC0123456789"));
    assert.ok(secrets.isIn("of the stack"));
  });

  it("are not what stands in labels by chance", () => {
    for (const text of [
      "Azure germanywestcentral",
      "a1",
      "room 1234",
      "short",
      "5061",
      "https://example.org/1",
      "",
    ]) {
      assert.ok(!secrets.isIn(text), text);
    }
  });
});
