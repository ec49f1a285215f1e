import assert from "node:assert/strict";

import { Redactor } from "../../provider/redact";

const secret = 'pässword+/"\\ 1?&\n';

function redactorOf(value: unknown): Redactor {
  const redactor = new Redactor();
  redactor.add(value);
  return redactor;
}

describe("a secret in a text", () => {
  const redactor = redactorOf({ deep: [{ token: secret }] });
  const forms: Record<string, string> = {
    "in clear": secret,
    "in JSON": JSON.stringify(secret).slice(1, -1),
    "in JSON that is all ASCII": JSON.stringify(secret).slice(1, -1).replace("ä", "\\u00e4"),
    "in JSON inside of JSON": JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    "as Python writes it": JSON.stringify(secret).slice(1, -1).replace('\\"', '"'),
    "in a URL": encodeURIComponent(secret),
    "in a URL with small digits": encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
    "in a form": new URLSearchParams({ k: secret }).toString().slice(2),
    "in base64": Buffer.from(secret).toString("base64").replace(/=+$/, ""),
    "in base64url": Buffer.from(secret).toString("base64url"),
  };
  for (const [title, form] of Object.entries(forms)) {
    it(`is taken out ${title}, each time`, () => {
      assert.equal(redactor.redact(`${form}, <${form}>`), "[secret], <[secret]>");
    });
  }

  for (const before of ["", "u", "us", "user:"]) {
    for (const encoding of ["base64", "base64url"] as const) {
      it(`is taken out in ${encoding} behind ${JSON.stringify(before)}`, () => {
        const text = Buffer.from(`${before}${secret}, and more`).toString(encoding);
        const redacted = redactor.redact(text);
        assert.ok(redacted.includes("[secret]"), redacted);
        const left = Buffer.from(redacted.replace("[secret]", ""), encoding).toString("latin1");
        assert.doesNotMatch(left, /word/);
        assert.ok(
          redacted.length <=
            text.length + "[secret]".length - Math.floor((Buffer.byteLength(secret) * 8) / 6) + 2,
        );
      });
    }
  }

  it("is taken out as a bearer token, whether it is known or not", () => {
    assert.equal(
      new Redactor().redact('Authorization: Bearer abc.def-1, authorization: "bearer  xyz"'),
      'Authorization: Bearer [secret], authorization: "Bearer [secret]"',
    );
  });
});

describe("a secret of several lines", () => {
  const lines = ["-----BEGIN PRIVATE KEY-----", "MIIEvQIBADANBgkqhkiG9w0", "AAAAC3NzaC1lZDI1NTE5AAAA"];
  const key = lines.join("\n");
  const account = JSON.stringify({ type: "service_account", private_key: key }, undefined, 2);

  for (const [title, quoted] of Object.entries({
    "as Python writes it": `{'account': '${account.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}'}`,
    "in JSON inside of JSON inside of JSON": JSON.stringify(JSON.stringify(JSON.stringify({ account }))),
    "in part": `the key ${lines[1] ?? ""} is not valid`,
    "with other line breaks": lines.join("\r\n    "),
  })) {
    it(`is taken out ${title}`, () => {
      const redacted = redactorOf({ account }).redact(quoted);
      assert.doesNotMatch(redacted, /MIIE|AAAA/);
      assert.match(redactorOf({ key }).redact(quoted), /^(?!.*MIIE)(?!.*AAAA)/s);
    });
  }

  it("has short parts that are none", () => {
    assert.equal(redactorOf({ account }).redact("a service_account"), "a service_account");
  });
});

describe("secrets", () => {
  it("are every text and number inside a value, and nothing else", () => {
    const redactor = redactorOf({ a: ["listed", { b: "nested" }], c: 123456, d: true, e: null, keyname: {} });
    assert.equal(
      redactor.redact("listed nested 123456 true null keyname"),
      "[secret] [secret] [secret] true null keyname",
    );
  });

  it("of less than four characters are not looked for", () => {
    assert.equal(redactorOf(["abc", 12, ""]).redact("abc 12 "), "abc 12 ");
  });

  it("that hold one another are taken out whole, whatever came first", () => {
    for (const order of [
      ["token", "token-and-more"],
      ["token-and-more", "token"],
    ]) {
      assert.equal(redactorOf(order).redact("token-and-more token"), "[secret] [secret]");
    }
  });

  it("may hold characters that patterns and replacements treat specially", () => {
    for (const value of ["$&$1.*", "(a|b)[", "\\d+\\"]) {
      assert.equal(redactorOf(value).redact(`<${value}>`), "<[secret]>");
    }
  });

  it("may be lone surrogates", () => {
    assert.equal(redactorOf("abc\ud800def").redact("abc\ud800def"), "[secret]");
  });

  it("are added to those before", () => {
    const redactor = redactorOf("first");
    redactor.add("second");
    redactor.add(undefined);
    redactor.add(null);
    assert.equal(redactor.redact("first second"), "[secret] [secret]");
  });
});
