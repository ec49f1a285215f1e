import assert from "node:assert/strict";

import { providerSource } from "../../provider/provider-source";
import { parseState } from "../../provider/lifecycle/state";
import type { Bag } from "../helpers/provider-process";
import { sampleSecret, changeRecord, sampleArguments, sampleUrn } from "../helpers/samples";
import { Scene } from "./scene";

const retained = { ...sampleArguments, onDelete: "retain" };

/** The keys of every resource's outputs: one that is absent would show as unknown in every preview. */
const outputNames = [
  "__fluents",
  "__provider",
  "__urn",
  "accountSupportsAnyCallerId",
  "config",
  "credentials",
  "credentialsRotatedAt",
  "credentialsVersion",
  "description",
  "label",
  "steeringPool",
  "type",
  "userId",
];

describe("the provider process", function () {
  this.timeout("2 min");

  let scene: Scene;
  let id: string;
  let outputs: Bag;

  before(async () => {
    scene = await Scene.start();
  });

  after(async () => {
    await scene.close();
  });

  beforeEach(async () => {
    ({ id, outputs } = await scene.provider.create(retained));
    scene.emulator.clearJournal();
  });

  it("creates a connection, with the key of the stack config", () => {
    const made = scene.service.get(id);
    assert.deepEqual(made?.credentials, retained.credentials);
    assert.equal(made.label, retained.label);
  });

  it("gives every output, null where it is absent, and the provider text", async () => {
    const bare = await scene.provider.create({
      type: "account_connection_rime",
      credentials: { key: sampleSecret },
    });
    for (const bag of [outputs, bare.outputs]) {
      assert.deepEqual(Object.keys(bag).sort(), outputNames);
      assert.equal(bag.__provider, providerSource);
      assert.equal(bag.__urn, sampleUrn);
    }
    assert.equal(bare.outputs.label, null);
    assert.equal(bare.outputs.credentialsVersion, 1);
  });

  it("sees no difference in what it has just created", async () => {
    assert.deepEqual(await scene.provider.diff(id, outputs, retained), {
      changes: "DIFF_NONE",
      replaces: [],
    });
    assert.deepEqual(scene.requests, []);
  });

  it("leaves a difference that the inputs show to the engine", async () => {
    const news = { ...retained, credentials: { key: "new" } };
    assert.deepEqual(await scene.provider.diff(id, outputs, news), { changes: "DIFF_UNKNOWN", replaces: [] });
  });

  it("says a difference that the inputs do not show", async () => {
    const drifted = { ...outputs, label: "drifted" };
    assert.deepEqual(await scene.provider.diff(id, drifted, retained), {
      changes: "DIFF_SOME",
      replaces: [],
    });
    const marked = changeRecord(outputs, { pending: ["credentials"] });
    assert.deepEqual(await scene.provider.diff(id, marked, retained), { changes: "DIFF_SOME", replaces: [] });
    const foreign = { ...outputs, __fluents: null };
    assert.deepEqual(await scene.provider.diff(id, foreign, retained), {
      changes: "DIFF_SOME",
      replaces: [],
    });
  });

  it("replaces for another connectionId, even one that is not known yet", async () => {
    for (const connectionId of ["conn-2", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"]) {
      assert.deepEqual(await scene.provider.diff(id, outputs, { ...retained, connectionId }), {
        changes: "DIFF_UNKNOWN",
        replaces: ["connectionId"],
      });
    }
  });

  it("updates only what changed", async () => {
    const updated = await scene.provider.update(id, outputs, { ...retained, label: "new" });
    assert.deepEqual(
      scene.emulator.journal.map(({ path, query, body }) => ({ path, query, body })),
      [{ path: "/v1/account_connections/update", query: { id }, body: { label: "new" } }],
    );
    assert.equal(updated.label, "new");
    assert.equal(updated.credentialsVersion, 1);
    assert.deepEqual(Object.keys(updated).sort(), outputNames);
  });

  it("counts rotations", async () => {
    const news = { ...retained, credentials: { key: "new" } };
    const updated = await scene.provider.update(id, outputs, news);
    assert.equal(updated.credentialsVersion, 2);
    assert.deepEqual(updated.credentials, { key: "new" });
    assert.deepEqual(scene.service.get(id)?.credentials, { key: "new" });
  });

  it("refuses an argument that is still unknown when it would send it", async () => {
    for (const credentials of [
      "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
      { a: ["04da6b54-80e4-46f7-96ec-b56ff0331ba9"] },
    ]) {
      await assert.rejects(scene.provider.create({ ...retained, credentials }), /still unknown/);
      await assert.rejects(scene.provider.update(id, outputs, { ...retained, credentials }), /still unknown/);
    }
    assert.deepEqual(scene.requests, []);
  });

  it("gives inputs and outputs in a refresh, both with the provider text", async () => {
    scene.service.change(id, {
      label: "drifted",
      config: { voicemail_detection: {}, elsewhere: sampleSecret },
    });
    const read = await scene.provider.read(id, outputs);
    assert.equal(read.id, id);
    assert.equal(read.outputs.label, "drifted");
    assert.deepEqual(read.outputs.config, { voicemail_detection: {} });
    assert.deepEqual(Object.keys(read.outputs).sort(), outputNames);
    const { __provider, __urn, ...inputs } = read.inputs ?? {};
    assert.deepEqual(inputs, { ...retained, label: "drifted", config: { voicemail_detection: {} } });
    assert.deepEqual({ __provider, __urn }, { __provider: providerSource, __urn: outputs.__urn });
    assert.deepEqual(await scene.provider.diff(id, read.outputs, read.inputs ?? {}), {
      changes: "DIFF_NONE",
      replaces: [],
    });
    assert.equal((await scene.provider.diff(id, read.outputs, retained)).changes, "DIFF_UNKNOWN");
  });

  it("leaves Pulumi its inputs where the connection is in step with them", async () => {
    const read = await scene.provider.read(id, outputs);
    assert.equal(read.inputs, undefined);
    assert.deepEqual(await scene.provider.diff(id, read.outputs, retained), {
      changes: "DIFF_NONE",
      replaces: [],
    });
  });

  it("gives an empty id for a connection that is gone", async () => {
    scene.service.remove(id);
    const read = await scene.provider.read(id, outputs);
    assert.equal(read.id, "");
  });

  it("looks a connection up without its credentials", async () => {
    const read = await scene.provider.read(id, {});
    assert.equal(read.id, id);
    assert.deepEqual(
      Object.keys(read.outputs).sort(),
      outputNames.filter((name) => name !== "__fluents"),
    );
    assert.equal(read.outputs.credentials, null);
    assert.equal(read.outputs.label, retained.label);
    assert.equal(parseState(read.outputs), undefined);
  });

  it("fails to look up a connection that does not exist", async () => {
    await assert.rejects(scene.provider.read("conn-missing", {}), /Fluents has no connection "conn-missing"/);
  });

  it("gives up a connection without a request", async () => {
    await scene.provider.delete(id, outputs);
    assert.deepEqual(scene.requests, []);
    assert.ok(scene.service.get(id));
  });

  it("scrubs a connection where the state says so", async () => {
    const scrubbed = await scene.provider.create(sampleArguments);
    await scene.provider.delete(scrubbed.id, scrubbed.outputs);
    const left = scene.service.get(scrubbed.id);
    assert.ok(left && !JSON.stringify(left).includes("HUNTER2"));
    assert.equal(left.label, `[removed] ${sampleArguments.label}`);
  });

  it("survives answers that Pulumi cannot encode", async () => {
    const config = { voicemail_detection: { "4dabf18193072939515e22adb298388d": "x", text: "\ud800" } };
    scene.emulator.setFaults([
      { path: "get", fault: { kind: "override", fields: { config, label: "\udc00" } } },
    ]);
    const read = await scene.provider.read(id, outputs);
    assert.equal(read.outputs.label, "\ufffd");
    assert.deepEqual(read.outputs.config, { voicemail_detection: { text: "\ufffd" } });
  });
});
