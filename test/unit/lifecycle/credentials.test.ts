import assert from "node:assert/strict";

import {
  compareCredentials,
  findStandIns,
  observeCredentials,
  stillShows,
} from "../../../provider/lifecycle/credentials";

const ours = { sid: "AC1", token: "secret-token", nested: { "a/b~c": ["one", "two"] }, port: 5 };
const removed = "[no longer shown by Fluents]";

/** `ours` with a masked token. */
const masked = { ...ours, token: "****oken" };

describe("the comparison of credentials", () => {
  it("is equal where every value is shown in clear, whatever else is shown", () => {
    assert.equal(compareCredentials(ours, ours), "equal");
    assert.equal(compareCredentials(ours, { more: "x", ...ours }), "equal");
  });

  const masks: readonly unknown[] = [
    undefined,
    null,
    "",
    "****oken",
    "sec…",
    "sec...ken",
    "•••",
    "●●●●",
    "XXXXXXXX",
    "xxxx1234",
    "[redacted]",
    "<hidden>",
    "MASKED",
    "(secret)",
  ];
  for (const mask of masks) {
    it(`is hidden where a value is shown as ${mask === undefined ? "nothing" : JSON.stringify(mask)}`, () => {
      assert.equal(compareCredentials(ours, { ...ours, token: mask }), "hidden");
    });
  }

  for (const value of ["other", "x", "**", "xxx", "my secret", 5, false, {}, ["secret-token"]]) {
    it(`is different where a value is shown as ${JSON.stringify(value)}`, () => {
      assert.equal(compareCredentials(ours, { ...ours, token: value }), "different");
    });
  }

  it("is hidden where no credentials are shown", () => {
    assert.equal(compareCredentials(ours, undefined), "hidden");
    assert.equal(compareCredentials(ours, {}), "hidden");
  });

  it("is hidden where a whole object is masked by one text", () => {
    assert.equal(compareCredentials(ours, { ...ours, nested: "****" }), "hidden");
    assert.equal(compareCredentials(ours, { ...ours, nested: { "a/b~c": "[hidden]" } }), "hidden");
  });

  it("is different where one differs, even if others are hidden", () => {
    assert.equal(compareCredentials(ours, { ...masked, sid: "AC2" }), "different");
    assert.equal(compareCredentials(ours, { ...ours, nested: { "a/b~c": ["one", "three"] } }), "different");
  });

  it("does not take what an object inherits for a value", () => {
    assert.equal(compareCredentials({ constructor: "x", toString: "y" }, {}), "hidden");
  });
});

describe("an answer after a rotation", () => {
  const sent = { ...ours, token: "new-token" };

  it("still shows the old value", () => {
    assert.ok(stillShows(ours, sent, ours));
  });

  it("shows the new value, or hides it", () => {
    assert.ok(!stillShows(ours, sent, sent));
    assert.ok(!stillShows(ours, sent, masked));
    assert.ok(!stillShows(ours, sent, undefined));
  });

  it("may show the masks that a refresh has put in the place of the old values", () => {
    assert.ok(!stillShows(masked, sent, masked));
    assert.ok(stillShows({ ...masked, token: "old-token" }, sent, { ...masked, token: "old-token" }));
  });

  it("may show values that did not change", () => {
    assert.ok(!stillShows(ours, ours, ours));
  });

  it("may show a value that was taken away, nested too: a service that merges keeps it", () => {
    assert.ok(!stillShows(ours, { ...ours, nested: { "a/b~c": ["one"] } }, ours));
    assert.ok(!stillShows(ours, { sid: "AC1" }, ours));
  });
});

describe("a refresh of credentials", () => {
  it("finds nothing where all are shown in clear", () => {
    assert.deepEqual(observeCredentials(ours, ours, {}), {
      credentials: ours,
      drifted: [],
      hiddenDrift: [],
      shown: {},
    });
  });

  it("records the first showing of what is masked or missing, by JSON pointer", () => {
    assert.deepEqual(observeCredentials(ours, { sid: "AC1", token: "****oken", nested: "****" }, {}), {
      credentials: ours,
      drifted: [],
      hiddenDrift: [],
      shown: {
        "/token": "****oken",
        "/nested/a~1b~0c/0": "****",
        "/nested/a~1b~0c/1": "****",
        "/port": null,
      },
    });
  });

  it("finds nothing where they are shown as at first", () => {
    const shown = { "/token": "****oken", "/port": null };
    assert.deepEqual(observeCredentials(ours, { ...masked, port: undefined }, { shown }), {
      credentials: ours,
      drifted: [],
      hiddenDrift: [],
      shown,
    });
  });

  it("finds nothing where a value that was hidden is shown in clear, and keeps the showing", () => {
    const shown = { "/token": "****oken" };
    assert.deepEqual(observeCredentials(ours, ours, { shown }), {
      credentials: ours,
      drifted: [],
      hiddenDrift: [],
      shown,
    });
  });

  it("finds drift in a first showing that is neither ours nor hidden", () => {
    assert.deepEqual(observeCredentials(ours, { ...ours, token: "other" }, {}), {
      credentials: { ...ours, token: "other" },
      drifted: ["token"],
      hiddenDrift: [],
      shown: {},
    });
  });

  it("finds drift, hidden, in another mask than at first", () => {
    const shown = { "/token": "****oken" };
    assert.deepEqual(observeCredentials(ours, { ...ours, token: "****1234" }, { shown }), {
      credentials: { ...ours, token: "****1234" },
      drifted: ["token"],
      hiddenDrift: ["/token"],
      shown,
    });
  });

  it("finds drift, hidden, in a value that is not shown any more", () => {
    const shown = { "/token": "****oken" };
    assert.deepEqual(observeCredentials(ours, { ...ours, token: undefined }, { shown }), {
      credentials: { ...ours, token: removed },
      drifted: ["token"],
      hiddenDrift: ["/token"],
      shown,
    });
  });

  it("finds drift, hidden, in a value that was in clear at first and is masked now", () => {
    assert.deepEqual(observeCredentials(ours, masked, { shown: {} }), {
      credentials: masked,
      drifted: ["token"],
      hiddenDrift: ["/token"],
      shown: {},
    });
  });

  it("finds drift in an item of a list, and leaves the others", () => {
    const theirs = { ...ours, nested: { "a/b~c": ["one", "2"] } };
    assert.deepEqual(observeCredentials(ours, theirs, { shown: {} }).credentials, theirs);
    const shortened = observeCredentials(ours, { ...ours, nested: { "a/b~c": ["one"] } }, { shown: {} });
    assert.deepEqual(shortened.credentials, { ...ours, nested: { "a/b~c": ["one", removed] } });
    assert.deepEqual(shortened.drifted, ["nested.a/b~c.1"]);
  });

  it("comes back in step once the drift was mended", () => {
    const shown = { "/token": "****oken" };
    const drifted = observeCredentials(ours, { ...ours, token: "****1234" }, { shown });
    assert.deepEqual(observeCredentials(ours, masked, drifted).credentials, ours);
  });

  it("remembers where it is hidden, as long as it is", () => {
    const before = { shown: {}, hiddenDrift: ["/token", "/sid"] };
    const again = observeCredentials(ours, { ...ours, sid: "AC2" }, before);
    assert.deepEqual(again.hiddenDrift, ["/token"]);
  });

  it("leaves its arguments alone", () => {
    const frozen = Object.freeze({ token: "t" });
    const shown = Object.freeze({ "/token": "****" });
    observeCredentials(frozen, Object.freeze({ token: "****1234" }), { shown });
    assert.deepEqual([frozen, shown], [{ token: "t" }, { "/token": "****" }]);
  });
});

describe("a stand-in for a credential", () => {
  it("is a text that a refresh has put where the drift is hidden, and no other that looks like it", () => {
    const state = { token: "****1234", password: "Pa***word" };
    assert.deepEqual(findStandIns(state, state, ["/token"]), ["token"]);
    assert.deepEqual(findStandIns({ ...state, token: "mine" }, state, ["/token"]), []);
    assert.deepEqual(findStandIns({ password: "Pa***word" }, state, ["/token", "/gone"]), []);
  });
});
