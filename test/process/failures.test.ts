import assert from "node:assert/strict";

import { parseState } from "../../provider/lifecycle/state";
import { providerSource } from "../../provider/provider-source";
import { HandlerError, type Bag, type InitFailure } from "../helpers/provider-process";
import { sampleSecret, changeRecord, nest, sampleArguments, sampleUrn } from "../helpers/samples";
import { Scene } from "./scene";

/** UNKNOWN of gRPC: what the SDK gives an error that has no status of its own. */
const unknownStatus = 2;

const retained = { ...sampleArguments, onDelete: "retain" };
const rotated = {
  ...retained,
  credentials: { twilio_account_sid: "AC123", twilio_auth_token: "HUNTER2-new" },
};

describe("a failure in the provider process", function () {
  this.timeout("2 min");

  let scene: Scene;
  let id: string;
  let outputs: Bag;

  before(async () => {
    scene = await Scene.start({ config: { "fluents:requestTimeoutSeconds": "1" } });
  });

  after(async () => {
    await scene.close();
  });

  beforeEach(async () => {
    scene.emulator.setFaults([]);
    scene.emulator.configure({ credentials: "clear" });
    ({ id, outputs } = await scene.provider.create(retained));
    scene.emulator.clearJournal();
  });

  /** The error of a handler, which tells no secret and no place in the code. */
  async function failureOf(handler: Promise<unknown>): Promise<HandlerError> {
    const error = await handler.then(
      () => assert.fail("the handler did not fail"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof HandlerError);
    assert.equal(error.status, unknownStatus);
    for (const text of [error.message, ...(error.initFailure?.reasons ?? [])]) {
      assert.ok(!text.includes("HUNTER2") && !text.includes(sampleSecret), text);
      assert.doesNotMatch(text, /\n\s+at /);
    }
    return error;
  }

  /** What the engine keeps of a half-done step. */
  async function halfDoneOf(handler: Promise<unknown>): Promise<InitFailure> {
    const { initFailure, message } = await failureOf(handler);
    assert.ok(initFailure, message);
    assert.deepEqual(initFailure.reasons, [message]);
    assert.equal(initFailure.properties.__provider, providerSource);
    assert.equal(initFailure.properties.__urn, sampleUrn);
    return initFailure;
  }

  const lostAnswers = {
    "a reset": { kind: "reset", applied: true },
    "a time-out": { kind: "hang", applied: true },
    "a cut-off answer": { kind: "cutOff", applied: true },
    "a gateway's page": { kind: "html", status: 502 },
    "an empty answer": { kind: "empty" },
    "a foreign id": { kind: "override", fields: { id: "conn-foreign" } },
  } as const;
  for (const [title, fault] of Object.entries(lostAnswers)) {
    it(`keeps what is confirmed, and marks what was sent, where an update ends in ${title}`, async () => {
      scene.emulator.setFaults([{ path: "update", fault }]);
      const kept = await halfDoneOf(scene.provider.update(id, outputs, rotated));
      assert.equal(kept.id, id);
      const state = parseState(kept.properties);
      assert.deepEqual(state?.credentials, retained.credentials);
      assert.deepEqual(state.record.pending, ["credentials"]);
      assert.equal(state.credentialsVersion, 1);
      const { changes } = await scene.provider.diff(id, kept.properties, retained);
      assert.equal(changes, "DIFF_SOME");
      const repaired = await scene.provider.update(id, kept.properties, rotated);
      assert.deepEqual(scene.service.get(id)?.credentials, rotated.credentials);
      assert.equal((await scene.provider.diff(id, repaired, rotated)).changes, "DIFF_NONE");
    });
  }

  it("says that a rotation failed where the service still shows the old value", async () => {
    const { credentials } = retained;
    scene.emulator.setFaults([{ path: "update", fault: { kind: "override", fields: { credentials } } }]);
    const kept = await halfDoneOf(scene.provider.update(id, outputs, rotated));
    assert.match(kept.reasons[0] ?? "", /were not rotated/);
    assert.deepEqual(parseState(kept.properties)?.record.pending, ["credentials"]);
    assert.deepEqual(kept.properties.credentials, credentials);
  });

  it("keeps a created connection whose answer shows no more than its id", async () => {
    const fields = { type: 5, label: sampleSecret };
    scene.emulator.setFaults([{ path: "create", fault: { kind: "override", fields } }]);
    const kept = await halfDoneOf(scene.provider.create({ ...rotated, label: "another" }));
    assert.equal(scene.service.get(kept.id)?.label, "another");
    assert.deepEqual(JSON.parse(JSON.stringify(kept.properties)), kept.properties);
    const state = parseState(kept.properties);
    assert.equal(state?.credentialsVersion, undefined);
    assert.ok(state?.record.pending.includes("credentials"));
  });

  it("refuses to put a mask in the place of a config value that was not declared", async () => {
    ({ id, outputs } = await scene.provider.create({ ...sampleArguments, config: { on: false } }));
    scene.service.change(id, { config: { on: false, note: "***Say*** hello", token: "HUNTER2-token" } });
    const masked = { on: false, note: "***Say*** hello", token: "****oken" };
    const news = { ...sampleArguments, config: { on: true } };
    scene.emulator.setFaults([{ path: "get", fault: { kind: "override", fields: { config: masked } } }]);
    const error = await failureOf(scene.provider.update(id, outputs, news));
    assert.match(
      error.message,
      /^config: Fluents masks the value of token of connection .*Declare it in config/,
    );
    assert.deepEqual(scene.service.get(id)?.config.on, false);

    const declared = { ...news, config: { on: true, token: "HUNTER2-declared" } };
    const fault = {
      kind: "override",
      fields: { config: { ...masked, on: true, token: "****ared" } },
    } as const;
    scene.emulator.setFaults([
      { path: "get", fault: { kind: "override", fields: { config: masked } } },
      { path: "update", fault },
      { path: "get", fault },
    ]);
    outputs = await scene.provider.update(id, outputs, declared);
    assert.deepEqual(scene.service.get(id)?.config, { ...masked, ...declared.config });
    // The mask of what was sent is neither a contradiction nor a drift.
    assert.deepEqual(outputs.config, declared.config);
    const refreshed = await scene.provider.read(id, outputs);
    assert.deepEqual(refreshed.outputs.config, declared.config);
    assert.equal((await scene.provider.diff(id, refreshed.outputs, declared)).changes, "DIFF_NONE");
  });

  it("refuses a mask that came back into one of several credentials", async () => {
    scene.emulator.configure({ credentials: "masked" });
    const credentials = { twilio_account_sid: "AC0001", twilio_auth_token: "HUNTER2-token-1" };
    ({ id, outputs } = await scene.provider.create({ ...sampleArguments, credentials }));
    const first = await scene.provider.read(id, outputs);
    const theirs = { ...credentials, twilio_auth_token: "HUNTER2-token-9999" };
    scene.service.change(id, { credentials: theirs });
    const { inputs, outputs: drifted } = await scene.provider.read(id, first.outputs);
    const shown = (inputs?.credentials as typeof credentials).twilio_auth_token;
    assert.match(shown, /\*{3}/);
    const news = {
      ...sampleArguments,
      credentials: { twilio_account_sid: "AC0002", twilio_auth_token: shown },
    };
    const error = await failureOf(scene.provider.update(id, drifted, news));
    assert.match(error.message, /^credentials: twilio_auth_token in the state is what Fluents shows/);
    assert.deepEqual(scene.service.get(id)?.credentials, theirs);
  });

  it("keeps nothing where an update was refused", async () => {
    scene.emulator.setFaults([
      {
        path: "update",
        fault: { kind: "status", status: 400, body: { detail: `${sampleSecret} is not valid` } },
      },
    ]);
    const error = await failureOf(scene.provider.update(id, outputs, { ...retained, label: "new" }));
    assert.equal(error.initFailure, undefined);
    assert.match(error.message, /answered 400: \[secret\] is not valid/);
  });

  it("says of a missing connection what to do, and keeps nothing", async () => {
    scene.service.remove(id);
    const error = await failureOf(scene.provider.update(id, outputs, rotated));
    assert.equal(error.initFailure, undefined);
    assert.match(
      error.message,
      /is gone: .*\. Run `pulumi refresh`, then `pulumi up`, which creates it again/,
    );
    // With its connectionId in the program it would be adopted again, in vain.
    const adopted = await failureOf(scene.provider.update(id, outputs, { ...rotated, connectionId: id }));
    assert.match(adopted.message, /is gone: .*\. Give another connectionId .*; or take it out and declare/);
  });

  it("tells from a neighbour that was updated that a connection is gone, whichever key last saw it", async () => {
    const neighbour = await scene.provider.create({ ...retained, label: "neighbour" });
    const digest = { environmentDigest: "of-an-older-key-1" };
    scene.service.remove(id);
    const update = () => scene.provider.update(id, changeRecord(outputs, digest), rotated);
    assert.match((await failureOf(update())).message, /may exist in another environment/);
    await scene.provider.update(neighbour.id, changeRecord(neighbour.outputs, digest), {
      ...rotated,
      label: "neighbour",
    });
    assert.match((await failureOf(update())).message, /is gone: /);
  });

  it("of a connection that another key or address last saw does not call it gone", async () => {
    scene.service.remove(id);
    const seenElsewhere = changeRecord(outputs, { environmentDigest: "of-another-key" });
    const isAnother = "but the API key or base URL is not the one that last saw it";
    for (const [olds, change, reason] of [
      [seenElsewhere, { label: "new" }, isAnother],
      [seenElsewhere, { config: { other: 1 } }, isAnother],
      [{ ...outputs, __fluents: null }, {}, "but it is not recorded which API key and base URL last saw it"],
    ] as const) {
      const error = await failureOf(scene.provider.update(id, olds, { ...retained, ...change }));
      assert.equal(error.initFailure, undefined);
      assert.match(
        error.message,
        /^resource "twilio": Fluents has no connection .* may exist in another environment/,
      );
      assert.ok(error.message.includes(reason));
      assert.match(error.message, /Set the right key \(`pulumi config set --secret fluents:apiKey`/);
      assert.match(error.message, /run `pulumi state delete '.*'`/);
    }
  });

  it("says that the key belongs to another environment rather than that the connection is gone", async () => {
    const other = await Scene.start({ config: { "fluents:environmentConnectionId": "conn-elsewhere" } });
    try {
      const update = other.provider.update("conn-1", outputs, { ...retained, config: { other: 1 } });
      assert.match((await failureOf(update)).message, /does not see connection conn-elsewhere/);
      assert.ok(other.emulator.journal.every(({ method }) => method === "GET"));
    } finally {
      await other.close();
    }
  });

  it("of a read other than 404 is an error, never an empty id", async () => {
    for (const status of [400, 401, 403, 429, 500, 503]) {
      scene.emulator.setFaults([{ path: "get", fault: { kind: "status", status } }]);
      const error = await failureOf(scene.provider.read(id, outputs));
      assert.match(error.message, new RegExp(`answered ${status}: `));
    }
    scene.emulator.setFaults([{ path: "get", fault: { kind: "html", status: 404 } }]);
    await failureOf(scene.provider.read(id, outputs));
  });

  it("explains the stored key where the key is refused", async () => {
    scene.emulator.setFaults([{ path: "get", fault: { kind: "status", status: 401 } }]);
    const error = await failureOf(scene.provider.read(id, outputs));
    assert.match(error.message, /`pulumi destroy` use the key that the last `pulumi up` stored/);
  });

  it("of a state that a newer package wrote names the version, in every handler", async () => {
    const newer = changeRecord(outputs, { stateVersion: 99, writtenBy: "9.9.9" });
    for (const handler of [
      scene.provider.diff(id, newer, retained),
      scene.provider.read(id, newer),
      scene.provider.update(id, newer, retained),
      scene.provider.delete(id, newer),
    ]) {
      assert.match((await failureOf(handler)).message, /`npm install pulumi-fluents@9\.9\.9`/);
    }
    assert.deepEqual(scene.requests, []);
  });

  it("of a state that was damaged names the resource and the mend", async () => {
    const damaged = { ...outputs, credentials: sampleSecret };
    for (const handler of [scene.provider.diff(id, damaged, retained), scene.provider.read(id, damaged)]) {
      assert.match(
        (await failureOf(handler)).message,
        /resource "twilio": its state is damaged \(credentials\)\. .*`pulumi state delete 'urn:pulumi:[^']+::twilio'`/,
      );
    }
  });

  it("is told where half a character is left of what the service says", async () => {
    const body = { detail: `${"x".repeat(499)}😀 and more` };
    scene.emulator.setFaults([{ path: "create", fault: { kind: "status", status: 422, body } }]);
    const error = await failureOf(scene.provider.create({ ...retained, label: "half a character" }));
    assert.match(error.message, /answered 422: x{499}\ufffd \(/);
  });

  it("keeps a connection that is answered with a deeper config than was sent", async () => {
    const fields = { config: { ...retained.config, other: nest(2_000, 1) } };
    scene.emulator.setFaults([{ path: "create", fault: { kind: "override", fields } }]);
    const created = await scene.provider.create({ ...retained, label: "deep" });
    assert.equal(scene.service.get(created.id)?.label, "deep");
  });

  it("still knows a mask that a refresh found, after an answer that contradicts what was sent", async () => {
    scene.emulator.configure({ credentials: "masked" });
    const first = await scene.provider.read(id, outputs);
    scene.service.change(id, { credentials: rotated.credentials });
    const drifted = await scene.provider.read(id, first.outputs);
    const fields = { credentials: { twilio_account_sid: "AC123", twilio_auth_token: "HUNTER2-third" } };
    scene.emulator.setFaults([{ path: "update", fault: { kind: "override", fields } }]);
    const contradicted = await scene.provider.update(id, drifted.outputs, retained);
    const kept = { ...retained, credentials: contradicted.credentials };
    const error = await failureOf(scene.provider.update(id, contradicted, kept));
    assert.match(error.message, /is what Fluents shows after a change behind Pulumi's back/);
  });
});
