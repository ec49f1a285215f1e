import assert from "node:assert/strict";

import { sampleArguments, sampleUrn } from "../helpers/samples";
import { startEngineStub } from "../helpers/provider-process";
import { Scene, type SceneOptions } from "./scene";

const retained = { ...sampleArguments, onDelete: "retain" };

/** `Log` of the engine tells severities by number. */
const warning = 2;

describe("a warning of the provider process", function () {
  this.timeout("2 min");

  async function withScene(options: SceneOptions, run: (scene: Scene) => Promise<void>): Promise<void> {
    const scene = await Scene.start(options);
    try {
      await run(scene);
    } finally {
      await scene.close();
    }
  }

  it("says on the row of a retained connection that it is still there, by id and name, not by label", async () => {
    await withScene({}, async (scene) => {
      const { id, outputs } = await scene.provider.create(retained);
      await scene.provider.delete(id, outputs);
      const [line, ...others] = scene.engine.lines;
      assert.deepEqual(others, []);
      assert.equal(line?.severity, warning);
      assert.equal(line.urn, sampleUrn);
      assert.ok(line.message.includes(id) && line.message.includes('resource "twilio"'));
      assert.ok(!line.message.includes(retained.label));
    });
  });

  it("says which field the service shows otherwise than it was sent", async () => {
    await withScene({}, async (scene) => {
      const { id, outputs } = await scene.provider.create(retained);
      scene.emulator.setFaults([{ path: "update", fault: { kind: "override", fields: { label: "other" } } }]);
      const updated = await scene.provider.update(id, outputs, { ...retained, label: "new" });
      assert.match(scene.engine.lines[0]?.message ?? "", /shows another value than was sent for: label\. /);
      assert.equal(updated.label, "other");
      assert.equal(
        (await scene.provider.diff(id, updated, { ...retained, label: "new" })).changes,
        "DIFF_SOME",
      );
    });
  });

  it("advises a label where there is none", async () => {
    await withScene({}, async (scene) => {
      await scene.provider.create({ type: "account_connection_rime", credentials: { key: "secret-key" } });
      assert.match(scene.engine.lines[0]?.message ?? "", /without a label/);
    });
  });

  it("goes to stderr where no engine listens", async () => {
    const engine = await startEngineStub();
    await engine.close();
    await withScene({ engineAddress: engine.address }, async (scene) => {
      await scene.provider.check(retained, { ...retained, label: null });
      await scene.provider.close();
      assert.match(scene.provider.stderr, /^warning: .*no longer declared, so no longer managed: label\. /);
    });
  });
});

describe("a provider process whose engine is gone", function () {
  this.timeout("2 min");

  it("ends before it sends a request", async () => {
    const engine = await startEngineStub();
    await engine.close();
    const scene = await Scene.start({ engineAddress: engine.address });
    try {
      await assert.rejects(scene.provider.create(retained));
      assert.equal(await scene.provider.untilExit(), 1);
      assert.deepEqual(scene.requests, []);
    } finally {
      await scene.close();
    }
  });
});
