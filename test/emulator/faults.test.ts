import assert from "node:assert/strict";

import { startFaultPlan, type Fault, type FaultPlan, type FaultTarget } from "./faults";

describe("emulator: fault plans", () => {
  describe("rules", () => {
    const status = (code: number): Fault => ({ kind: "status", status: code });
    const get: FaultTarget = { method: "GET", operation: "get", id: "a" };

    function run(rules: FaultPlan, targets: FaultTarget[]): (string | undefined)[] {
      const take = startFaultPlan(rules);
      return targets.map((target) => take(target)?.name);
    }

    it("are found by method, endpoint, id and label", () => {
      const update: FaultTarget = { method: "POST", operation: "update", id: "b", label: "c" };
      const rules = (rule: object) => [{ ...rule, times: Infinity, fault: status(500) }];

      assert.deepEqual(run(rules({ method: "POST" }), [get, update]), [undefined, "status"]);
      assert.deepEqual(run(rules({ path: "get" }), [get, update]), ["status", undefined]);
      assert.deepEqual(run(rules({ id: "b" }), [get, update]), [undefined, "status"]);
      assert.deepEqual(run(rules({ path: "get", id: "b" }), [get, update]), [undefined, undefined]);
      assert.deepEqual(run(rules({ label: "c" }), [get, update]), [undefined, "status"]);
    });

    it("act once, after those that they let pass", () => {
      assert.deepEqual(run([{ fault: status(500) }], [get, get]), ["status", undefined]);
      assert.deepEqual(run([{ skip: 1, times: 2, fault: status(500) }], [get, get, get, get]), [
        undefined,
        "status",
        "status",
        undefined,
      ]);
    });

    it("follow one another, and give their names to the journal", () => {
      const rules = [
        { name: "first", fault: status(500) },
        { name: "rest", times: Infinity, fault: status(501) },
      ];

      assert.deepEqual(run(rules, [get, get, get]), ["first", "rest", "rest"]);
    });

    it("let a request pass to the rules behind", () => {
      const rules = [
        { name: "later", skip: 1, fault: status(500) },
        { name: "now", fault: status(501) },
      ];

      assert.deepEqual(run(rules, [get, get, get]), ["now", "later", undefined]);
    });
  });

  describe("at random", () => {
    const target: FaultTarget = { method: "GET", operation: "list", id: undefined };
    const kinds: Fault[] = [{ kind: "html" }, { kind: "empty" }, { kind: "reset", applied: true }];

    function draw(seed: number, probability: number): (string | undefined)[] {
      const take = startFaultPlan({ seed, probability, kinds });
      return Array.from({ length: 1000 }, () => take(target)?.name);
    }

    it("are the same for the same seed, and others for another", () => {
      assert.deepEqual(draw(1, 0.3), draw(1, 0.3));
      assert.notDeepEqual(draw(1, 0.3), draw(2, 0.3));
    });

    it("are the same for a connection whatever comes in between", () => {
      const take = startFaultPlan({ seed: 1, probability: 0.3, kinds });
      const names = Array.from({ length: 1000 }, (_, index) => {
        take({ ...target, id: String(index % 7) });
        return take(target)?.name;
      });

      assert.deepEqual(names, draw(1, 0.3));
    });

    it("are about as frequent as asked for, and of all kinds", () => {
      const names = draw(7, 0.3);
      const hits = names.filter((name) => name !== undefined);

      assert.ok(hits.length > 240 && hits.length < 360, `${hits.length} of 1000`);
      for (const { kind } of kinds) {
        assert.ok(hits.filter((name) => name === kind).length > 60, kind);
      }
      assert.equal(draw(7, 0).filter(Boolean).length, 0);
      assert.equal(draw(7, 1).filter(Boolean).length, 1000);
    });
  });
});
