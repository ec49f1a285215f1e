import assert from "node:assert/strict";

import { HandlerError, type Bag, type InitFailure } from "../helpers/provider-process";
import { Scene } from "./scene";

const credentials = { rime_api_key: "HUNTER2-old" };
const base = { type: "account_connection_rime", label: "Rime", credentials };

describe("an update of which it is not known whether it was applied", function () {
  this.timeout("2 min");

  let scene: Scene;

  before(async () => {
    scene = await Scene.start({ config: { "fluents:requestTimeoutSeconds": "5" } });
  });

  after(async () => {
    await scene.close();
  });

  /** What Pulumi keeps of an update that was applied, though no answer came. */
  async function loseAnswer(id: string, olds: Bag, news: Bag): Promise<InitFailure> {
    scene.emulator.setFaults([{ path: "update", fault: { kind: "reset", applied: true } }]);
    const error = await scene.provider.update(id, olds, news).then(
      () => assert.fail("the update did not fail"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof HandlerError && error.initFailure !== undefined);
    return error.initFailure;
  }

  it("keeps of config what did not change: Pulumi takes it for secret by the new inputs", async () => {
    const old = { ...base, config: { webhook: "SECRET-old", section: { on: true }, same: [1] } };
    const { id, outputs } = await scene.provider.create(old);
    const news = { ...base, config: { section: { on: true, token: "SECRET-new" }, same: [1] } };
    const { properties } = await loseAnswer(id, outputs, news);
    assert.deepEqual(properties.config, { same: [1] });

    const { outputs: read, inputs } = await scene.provider.read(id, properties);
    assert.deepEqual(read.config, { same: [1] });
    assert.equal(inputs, undefined);
    scene.service.change(id, { label: "drifted" });
    assert.deepEqual((await scene.provider.read(id, properties)).inputs?.config, old.config);

    const { properties: again } = await loseAnswer(id, read, { ...news, label: "Rime 2" });
    assert.deepEqual((await scene.provider.read(id, again)).outputs.config, { same: [1] });

    const confirmed = await scene.provider.update(id, again, news);
    assert.deepEqual(confirmed.config, news.config);
    assert.deepEqual((await scene.provider.read(id, confirmed)).outputs.config, news.config);
  });

  it("leaves the inputs of another provider as they are: nothing there says that credentials are secret", async () => {
    const { id } = scene.service.add({ ...base, label: "theirs" });
    const news = { ...base, label: "ours", credentials: { rime_api_key: "HUNTER2-new" } };
    const { properties } = await loseAnswer(id, { type: base.type, apiKey: "theirs" }, news);
    scene.service.change(id, { label: "drifted" });
    const { inputs = {} } = await scene.provider.read(id, properties);
    assert.doesNotMatch(JSON.stringify(inputs), /HUNTER2/);
    const confirmed = await scene.provider.update(id, properties, news);
    assert.equal(confirmed.label, "ours");
    assert.deepEqual(confirmed.credentials, news.credentials);
  });
});

describe("an answer that is wrong in thousands of places", function () {
  this.timeout("2 min");

  it("fails with the beginning of what is wrong, which Pulumi gets", async () => {
    const scene = await Scene.start();
    try {
      const { id, outputs } = await scene.provider.create(base);
      const steering_pool = Array.from({ length: 20_000 }, (_, index) => index);
      scene.emulator.setFaults([{ times: Infinity, fault: { kind: "override", fields: { steering_pool } } }]);
      await assert.rejects(
        scene.provider.update(id, outputs, { ...base, label: "new" }),
        /steering_pool\.0: .* … \(code: /,
      );
    } finally {
      await scene.close();
    }
  });
});
