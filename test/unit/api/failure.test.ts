import assert from "node:assert/strict";

import { FailureFactory } from "../../../provider/api/failure";
import { Redactor } from "../../../provider/redact";

describe("the error of an answer", () => {
  const describeAnswer = (hidesAnswers: boolean) =>
    new FailureFactory("GET /x", new Redactor(), { hidesAnswers }).fromStatus(
      500,
      '{"detail":"said"}',
      "id-1",
    ).message;

  it("quotes what the service says", () => {
    assert.match(describeAnswer(false), /^GET \/x: Fluents answered 500: said \(request id id-1\)\. /);
  });

  it("quotes nothing where that may hold secrets that nobody has told the process", () => {
    assert.match(describeAnswer(true), /^GET \/x: Fluents answered 500 \(request id id-1\)\. /);
  });
});
