import assert from "node:assert/strict";

import { sampleArguments } from "../helpers/samples";
import { Scene } from "./scene";

const made = { ...sampleArguments, label: "made", allowDuplicate: false };

describe("the guard against duplicates", function () {
  this.timeout("2 min");

  let scene: Scene;

  beforeEach(async () => {
    scene = await Scene.start();
    scene.service.add({ type: made.type, label: "existing", credentials: { key: "HUNTER2-existing" } });
  });

  afterEach(() => scene.close());

  /** Gives an existing connection another label, after the process has listed what there was. */
  async function relabel(label: string): Promise<void> {
    await scene.provider.create(made);
    const [existing] = scene.service.list();
    const adoption = { type: made.type, connectionId: existing?.id, label };
    const { id } = await scene.provider.create(adoption);
    assert.equal(scene.service.get(id)?.label, label);
  }

  it("knows the label that an update of the same run has given", async () => {
    await relabel("taken");
    await assert.rejects(
      scene.provider.create({ ...made, label: "taken" }),
      /Fluents has a connection with this type and label already/,
    );
  });

  it("knows the label that an update of the same run has taken away", async () => {
    await relabel("another");
    const { id } = await scene.provider.create({ ...made, label: "existing" });
    assert.equal(scene.service.get(id)?.label, "existing");
  });
});
