import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";

import fc from "fast-check";

import { quoteKey, quoteText } from "../../../../provider/cli/adopt/literals";

describe("a text literal", () => {
  for (const [text, literal] of [
    ["plain", '"plain"'],
    ["it's", '"it\'s"'],
    ['say "x"', "'say \"x\"'"],
    ['"it\'s"', "'\"it\\'s\"'"],
    ["'\"", '"\'\\""'],
    ["a\\", '"a\\\\"'],
    ['"\\"', "'\"\\\\\"'"],
    ["a\nb\r\tc\0", '"a\\nb\\r\\tc\\u0000"'],
    ["\u2028\u2029\u202e\ufeff", '"\\u2028\\u2029\\u202e\\ufeff"'],
    ["😀 日本", '"😀 日本"'],
    ["`${x}` */ //", '"`${x}` */ //"'],
    ["\ud800", '"\\ud800"'],
  ] as const) {
    it(`of ${JSON.stringify(text)} is ${literal}`, () => {
      assert.equal(quoteText(text), literal);
    });
  }

  it("is on one line and has the value of the text, whatever that is", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom('"', "'", "\\", "a") })),
        (text) => {
          const literal = quoteText(text);
          assert.doesNotMatch(literal, /[\n\r\u2028\u2029]/);
          assert.equal(runInNewContext(literal), text);
          assert.deepEqual(
            Object.keys(runInNewContext(`({ ${quoteKey(text)}: 1 })`) as object),
            text === "__proto__" ? [] : [text],
          );
        },
      ),
    );
  });
});
