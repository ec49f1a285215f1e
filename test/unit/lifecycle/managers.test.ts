import assert from "node:assert/strict";

import { Managers } from "../../../provider/lifecycle/managers";

describe("the managers of a connection", () => {
  it("are told of each other once", () => {
    const managers = new Managers();
    assert.equal(managers.add("conn-1", "urn:a"), undefined);
    assert.equal(managers.add("conn-2", "urn:b"), undefined);
    assert.equal(managers.add("conn-1", "urn:b"), "urn:a");
    assert.equal(managers.add("conn-1", "urn:b"), undefined);
    assert.equal(managers.findOther("conn-1", "urn:a"), "urn:b");
    assert.equal(managers.findOther("conn-2", "urn:b"), undefined);
    assert.equal(managers.findOther("conn-3", "urn:b"), undefined);
  });

  it("are one under a former name", () => {
    const managers = new Managers();
    managers.add("conn-1", "urn:new", "urn:old");
    assert.equal(managers.findOther("conn-1", "urn:old"), undefined);
    assert.equal(managers.findOther("conn-1", "urn:other"), "urn:new");
  });
});
