import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { measureCurl } from "../../bench/curl-run";
import { fullPlan, listRounds } from "../../bench/plans";
import { measureInTurn } from "../../bench/pulumi-run";
import { findMedian } from "../../bench/sample";
import { verbs } from "../../bench/verbs";

describe("the benchmark", function () {
  this.timeout("5 min");

  it("measures every verb of a provider, its requests, its memory and its state", async () => {
    const samples = await measureInTurn(["fluents"], 2, 0);
    assert.deepEqual(
      samples.map(({ verb }) => verb),
      verbs.map(({ slug }) => slug),
    );
    const requests = Object.fromEntries(samples.map((sample) => [sample.verb, sample.requests]));
    assert.deepEqual(requests, {
      // Two, and the look for duplicates.
      create: 3,
      preview: 0,
      up: 0,
      refresh: 2,
      "rotate-one": 1,
      "rotate-all": 1,
      destroy: 0,
    });
    for (const { seconds, providerBytes, verb } of samples) {
      assert.ok(seconds > 0);
      if (process.platform === "linux") {
        assert.ok(providerBytes !== undefined && providerBytes > 50 * 2 ** 20, `${verb}: ${providerBytes}`);
      }
    }
    const state = samples[0]?.state;
    assert.ok(state && state.record > 100 && state.providerText > 200);
    const { total, ...parts } = state;
    assert.equal(
      Object.values(parts).reduce((sum, size) => sum + size, 0),
      total,
    );
  });

  it("measures what curl does in a loop", async () => {
    const samples = await measureCurl(3, 0);
    assert.deepEqual(
      samples.map(({ verb, requests }) => [verb, requests]),
      [
        ["create", 3],
        ["refresh", 3],
        ["rotate-one", 1],
        ["rotate-all", 3],
      ],
    );
  });

  it("compares with a null provider of at most 30 lines that captures no module", () => {
    const text = readFileSync(join(__dirname, "..", "..", "bench", "programs", "null.js"), "utf8");
    assert.ok(text.trimEnd().split("\n").length <= 30);
    const provider = /const provider = \{.*?^\};/ms.exec(text)?.[0];
    assert.ok(provider);
    assert.doesNotMatch(provider, /require|import|pulumi|process/);
  });

  it("measures each size once before it measures any again", () => {
    assert.deepEqual(listRounds(fullPlan).slice(0, 5), [1, 10, 100, 1000, 1]);
    assert.equal(listRounds(fullPlan).filter((count) => count === 1000).length, 3);
  });

  it("takes the median", () => {
    assert.equal(findMedian([3, 1, 2]), 2);
    assert.equal(findMedian([4, 1, 3, 2]), 2.5);
    assert.throws(() => findMedian([]));
  });
});
