import assert from "node:assert/strict";

import {
  checkAge,
  checkOnDelete,
  checkPool,
  checkProtection,
  checkSecrecy,
} from "../../../examples/policy/rules";

const options = { protect: true, additionalSecretOutputs: ["credentials", "__fluents"] };
const now = new Date("2026-06-30T00:00:00Z");

describe("the rules of examples/policy", () => {
  it("ask for secret credentials and for protection", () => {
    assert.equal(checkSecrecy(options), undefined);
    assert.match(checkSecrecy({ ...options, additionalSecretOutputs: ["config"] }) ?? "", /not among/);
    assert.equal(checkProtection(options), undefined);
    assert.match(checkProtection({ ...options, protect: false }) ?? "", /protect: true/);
  });

  it("take the default of onDelete for what it is, and let an adopted connection be retained", () => {
    assert.equal(checkOnDelete({}, "retain"), undefined);
    assert.equal(checkOnDelete({ onDelete: "retain" }, "retain"), undefined);
    assert.match(checkOnDelete({ onDelete: "scrub" }, "retain") ?? "", /onDelete: "retain"/);
    assert.equal(checkOnDelete({ onDelete: "scrub" }, "scrub"), undefined);
    assert.match(checkOnDelete({}, "scrub") ?? "", /onDelete: "scrub"/);
    assert.equal(checkOnDelete({ connectionId: "id" }, "scrub"), undefined);
  });

  it("ask for a number in a pool only where a pool is declared", () => {
    assert.equal(checkPool({}), undefined);
    assert.equal(checkPool({ steeringPool: ["+14155550100"] }), undefined);
    assert.match(checkPool({ steeringPool: [] }) ?? "", /no number/);
  });

  it("count the days since credentials were sent, if they were", () => {
    assert.equal(checkAge({}, now, 90), undefined);
    assert.equal(checkAge({ credentialsRotatedAt: null }, now, 90), undefined);
    assert.equal(checkAge({ credentialsRotatedAt: "2026-04-01T00:00:00.000Z" }, now, 90), undefined);
    assert.match(
      checkAge({ credentialsRotatedAt: "2026-03-31T23:59:59.999Z" }, now, 90) ?? "",
      /more than 90 days ago/,
    );
    assert.match(checkAge({ credentialsRotatedAt: "2026-04-01T00:00:00.000Z" }, now, 89) ?? "", /89 days/);
  });
});
