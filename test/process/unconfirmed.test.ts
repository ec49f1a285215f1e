import assert from "node:assert/strict";

import { encodeState, parseState } from "../../provider/lifecycle/state";
import { HandlerError, type Bag } from "../helpers/provider-process";
import { changeRecord, sampleArguments, sampleUrn, stateOf } from "../helpers/samples";
import { Scene } from "./scene";

const scrubbing = { ...sampleArguments, onDelete: "scrub" };
const newCredentials = { twilio_account_sid: "AC123", twilio_auth_token: "HUNTER2-new" };

describe("what is not confirmed", function () {
  this.timeout("2 min");

  let scene: Scene;

  before(async () => {
    scene = await Scene.start({
      config: { "fluents:requestTimeoutSeconds": "1" },
      emulator: { objects: "merge" },
    });
  });

  after(async () => {
    await scene.close();
  });

  beforeEach(() => {
    scene.emulator.setFaults([]);
    scene.emulator.configure({ credentials: "clear" });
  });

  async function errorOf(handler: Promise<unknown>): Promise<HandlerError> {
    const error = await handler.then(
      () => assert.fail("the handler did not fail"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof HandlerError);
    return error;
  }

  function credentialTexts(id: string): string {
    return JSON.stringify(scene.service.get(id)?.credentials);
  }

  it("is scrubbed with the rest, after a creation of which only the id came back", async () => {
    scene.emulator.setFaults([{ path: "create", fault: { kind: "override", fields: { type: undefined } } }]);
    const { initFailure } = await errorOf(scene.provider.create(scrubbing));
    assert.ok(initFailure);
    assert.match(credentialTexts(initFailure.id), /HUNTER2/);
    await scene.provider.delete(initFailure.id, initFailure.properties);
    assert.doesNotMatch(credentialTexts(initFailure.id), /HUNTER2/);
  });

  it("is scrubbed with the rest, after a rotation of which it is not known whether it was applied", async () => {
    const { id, outputs } = await scene.provider.create(scrubbing);
    scene.emulator.setFaults([{ path: "update", fault: { kind: "reset", applied: true } }]);
    const news = { ...scrubbing, credentials: { ...newCredentials, twilio_api_secret: "HUNTER2-more" } };
    const { initFailure } = await errorOf(scene.provider.update(id, outputs, news));
    assert.ok(initFailure);
    await scene.provider.delete(id, initFailure.properties);
    assert.doesNotMatch(credentialTexts(id), /HUNTER2/);
  });

  it("is scrubbed with what an earlier rotation left, where the service merges", async () => {
    const { id, outputs } = await scene.provider.create(scrubbing);
    const rotated = await scene.provider.update(id, outputs, {
      ...scrubbing,
      credentials: { twilio_auth_token: "HUNTER2-new" },
    });
    assert.match(credentialTexts(id), /HUNTER2-canary.*AC123/);
    scene.emulator.clearJournal();
    await scene.provider.delete(id, rotated);
    assert.deepEqual(scene.requests, [
      "POST update",
      "GET account_connections",
      "POST update",
      "GET account_connections",
    ]);
    assert.doesNotMatch(credentialTexts(id), /AC123|HUNTER2/);
  });

  it("is not gone because another key does not see it: scrubbing fails", async () => {
    const { id, outputs } = await scene.provider.create(scrubbing);
    scene.service.remove(id);
    const seenElsewhere = changeRecord(outputs, { environmentDigest: "of-another-key" });
    const error = await errorOf(scene.provider.delete(id, seenElsewhere));
    assert.match(error.message, /may exist in another environment/);
    await scene.provider.delete(id, outputs);
  });

  it("is scrubbed of numbers too, where the service merges", async () => {
    const { id, outputs } = await scene.provider.create({
      ...scrubbing,
      credentials: { ...newCredentials, pin: 471199 },
    });
    await scene.provider.delete(id, outputs);
    assert.deepEqual(scene.service.get(id)?.credentials, {
      twilio_account_sid: "removed-by-pulumi",
      twilio_auth_token: "removed-by-pulumi",
      pin: 0,
    });
  });

  it("fails to be scrubbed while a number of the credentials is still shown", async () => {
    const { id, outputs } = await scene.provider.create({
      ...scrubbing,
      credentials: { ...newCredentials, pin: 471199 },
    });
    scene.emulator.setFaults([
      { path: "get", times: 2, fault: { kind: "override", fields: { credentials: { pin: 471199 } } } },
    ]);
    const error = await errorOf(scene.provider.delete(id, outputs));
    assert.match(error.message, /still shows a credential after it was scrubbed/);
  });

  it("is scrubbed after a refresh that saw it half scrubbed", async () => {
    const { id, outputs } = await scene.provider.create(scrubbing);
    scene.emulator.setFaults([{ path: "get", fault: { kind: "status", status: 500 } }]);
    const error = await errorOf(scene.provider.delete(id, outputs));
    assert.match(error.message, /is scrubbed, but that is not confirmed\. GET .* answered 500/);
    const refreshed = await scene.provider.read(id, outputs);
    await scene.provider.delete(id, refreshed.outputs);
    assert.doesNotMatch(credentialTexts(id), /AC123|HUNTER2/);
  });

  it("stays pending, the old credentials in the state, where the answer shows others than were sent", async () => {
    const { id, outputs } = await scene.provider.create(scrubbing);
    scene.emulator.setFaults([
      {
        path: "update",
        fault: { kind: "override", fields: { credentials: { twilio_auth_token: "another" } } },
      },
    ]);
    const news = { ...scrubbing, credentials: newCredentials };
    const updated = await scene.provider.update(id, outputs, news);
    assert.deepEqual(updated.credentials, outputs.credentials);
    assert.equal(updated.credentialsVersion, 1);
    assert.deepEqual(parseState(updated)?.record.pending, ["credentials"]);
    const repaired = await scene.provider.update(id, updated, news);
    assert.deepEqual(repaired.credentials, newCredentials);
    assert.equal(repaired.credentialsVersion, 2);
  });

  it("is made ours where a lost creation is found without its credentials in clear", async () => {
    scene.emulator.configure({ credentials: "masked" });
    scene.emulator.clearJournal();
    scene.emulator.setFaults([{ path: "create", fault: { kind: "reset", applied: true } }]);
    const { id, outputs } = await scene.provider.create({
      ...scrubbing,
      label: "lost",
      allowDuplicate: true,
    });
    assert.equal(scene.requests.filter((request) => request === "POST create").length, 1);
    assert.deepEqual(scene.requests.slice(-2), ["GET list", "POST update"]);
    assert.equal(outputs.credentialsVersion, 1);
    assert.deepEqual(scene.service.get(id)?.credentials, scrubbing.credentials);
  });

  it("is nobody's where a lost creation had no label and its credentials are not shown in clear", async () => {
    scene.emulator.configure({ credentials: "masked" });
    scene.emulator.setFaults([{ path: "create", fault: { kind: "reset", applied: true } }]);
    const { type, credentials } = sampleArguments;
    scene.emulator.clearJournal();
    const error = await errorOf(scene.provider.create({ type, credentials }));
    assert.equal(error.initFailure, undefined);
    assert.match(
      error.message,
      /One like it has appeared, [0-9a-f-]{36}, but without a label .*connectionId/,
    );
    assert.ok(!scene.requests.includes("POST update"));

    scene.emulator.configure({ credentials: "clear" });
    scene.emulator.setFaults([{ path: "create", fault: { kind: "reset", applied: true } }]);
    const { id } = await scene.provider.create({ type, credentials: { twilio_auth_token: "HUNTER2-clear" } });
    assert.match(credentialTexts(id), /HUNTER2-clear/);
  });

  it("is kept where a lost creation is found, but the update that makes it ours fails", async () => {
    scene.emulator.configure({ credentials: "masked" });
    scene.emulator.setFaults([
      { path: "create", fault: { kind: "reset", applied: true } },
      { path: "update", fault: { kind: "status", status: 429 } },
    ]);
    const args = { ...scrubbing, label: "lost, then refused" };
    const error = await errorOf(scene.provider.create(args));
    const { initFailure } = error;
    assert.ok(initFailure);
    assert.match(
      error.message,
      new RegExp(`connection ${initFailure.id} was created, but not confirmed\\. .*429`),
    );
    const repaired = await scene.provider.update(initFailure.id, initFailure.properties, args);
    assert.equal(repaired.credentialsVersion, 1);
    assert.deepEqual(parseState(repaired)?.record.pending, []);
  });

  it("is one resource's only, where two alike are lost and one of them was created", async () => {
    scene.emulator.configure({ credentials: "masked" });
    scene.emulator.setFaults([
      { path: "create", label: "slow", fault: { kind: "hang", applied: true } },
      { path: "create", fault: { kind: "reset", applied: true } },
      { path: "create", fault: { kind: "reset", applied: false } },
    ]);
    const twin = { ...scrubbing, label: "twin" };
    const [first, second] = await Promise.allSettled([
      scene.provider.create(twin),
      scene.provider.create(twin),
      // Both wait for the end of its POST, and go on at the same moment.
      scene.provider.create({ ...scrubbing, label: "slow" }),
    ]);
    const statuses = [first, second].map(({ status }) => status);
    assert.deepEqual(statuses.toSorted(), ["fulfilled", "rejected"]);
  });

  it("is told as the last rotation by a refresh that sees it applied", async () => {
    const { id, outputs } = await scene.provider.create(scrubbing);
    scene.emulator.setFaults([{ path: "update", fault: { kind: "reset", applied: true } }]);
    const { initFailure } = await errorOf(
      scene.provider.update(id, outputs, { ...scrubbing, credentials: newCredentials }),
    );
    assert.ok(initFailure);
    const before = scene.engine.lines.length;
    await scene.provider.read(id, initFailure.properties);
    const told = JSON.stringify(scene.engine.lines.slice(before));
    assert.match(told, /a rotation of the credentials that was not confirmed has been applied/);
    assert.doesNotMatch(told, /behind Pulumi's back/);
  });

  it("is no drift where only masks are shown, and is confirmed by the next update", async () => {
    scene.emulator.configure({ credentials: "masked" });
    const { id, outputs } = await scene.provider.create({ ...scrubbing, label: "masked" });
    const first = await scene.provider.read(id, outputs);
    scene.emulator.setFaults([{ path: "update", fault: { kind: "reset", applied: true } }]);
    const news = { ...scrubbing, label: "masked", credentials: newCredentials };
    const { initFailure } = await errorOf(scene.provider.update(id, first.outputs, news));
    assert.ok(initFailure);
    const before = scene.engine.lines.length;
    const refreshed = await scene.provider.read(id, initFailure.properties);
    assert.deepEqual(scene.engine.lines.slice(before), []);
    const confirmed = await scene.provider.update(id, refreshed.outputs, news);
    assert.equal(confirmed.credentialsVersion, 2);
    assert.deepEqual(parseState(confirmed)?.record.pending, []);
  });

  it("in the type is still known after a second refresh, so that an unchanged program mends it", async () => {
    const { id, outputs } = await scene.provider.create(scrubbing);
    scene.service.change(id, { type: "account_connection_telnyx" });
    const first = await scene.provider.read(id, outputs);
    const second = await scene.provider.read(id, first.outputs);
    assert.ok(second.inputs);
    assert.deepEqual((await scene.provider.check(second.inputs, scrubbing)).failures, []);
    await scene.provider.update(id, second.outputs, scrubbing);
    assert.equal(scene.service.get(id)?.type, scrubbing.type);
    const mended = await scene.provider.read(id, second.outputs);
    assert.equal(mended.outputs.type, scrubbing.type);
  });

  it("is known by a refresh, whichever of several rotations was applied", async () => {
    const { id, outputs } = await scene.provider.create({ ...scrubbing, label: "several" });
    const rotate = async (olds: Bag, token: string, applied: boolean): Promise<Bag> => {
      scene.emulator.setFaults([{ path: "update", fault: { kind: "reset", applied } }]);
      const credentials = { ...newCredentials, twilio_auth_token: token };
      const { initFailure } = await errorOf(
        scene.provider.update(id, olds, { ...scrubbing, label: "several", credentials }),
      );
      assert.ok(initFailure);
      return initFailure.properties;
    };
    const first = await rotate(outputs, "HUNTER2-applied", true);
    const second = await rotate(first, "HUNTER2-lost", false);
    const before = scene.engine.lines.length;
    await scene.provider.read(id, second);
    const told = JSON.stringify(scene.engine.lines.slice(before));
    assert.match(told, /a rotation of the credentials that was not confirmed has been applied/);
    await scene.provider.delete(id, second);
    assert.doesNotMatch(credentialTexts(id), /HUNTER2/);
  });

  it("stays on the list while an update of something else is not confirmed either", async () => {
    const args = { ...scrubbing, label: "first" };
    const { credentials, ...rest } = args;
    const { id, outputs } = await scene.provider.create(args);
    const lose = async (olds: Bag, news: Bag): Promise<Bag> => {
      scene.emulator.setFaults([{ path: "update", fault: { kind: "reset", applied: true } }]);
      const { initFailure } = await errorOf(scene.provider.update(id, olds, news));
      assert.ok(initFailure);
      return initFailure.properties;
    };
    const rotated = await lose(outputs, { ...args, credentials: newCredentials });
    const renamed = await lose(rotated, { ...rest, onDelete: "retain", connectionId: id, label: "second" });
    assert.deepEqual(parseState(renamed)?.record.pending, ["label", "credentials"]);
    const news = { ...args, label: "second" };
    await scene.provider.update(id, renamed, news);
    assert.equal(scene.service.get(id)?.credentials.twilio_auth_token, credentials.twilio_auth_token);
  });
});

describe("a guard of the environment that cannot be asked", function () {
  this.timeout("2 min");

  it("is no update that was lost: nothing was sent, and the state stays", async () => {
    const scene = await Scene.start({ config: { "fluents:environmentConnectionId": "guard" } });
    try {
      scene.service.add({ type: "account_connection_rime", label: "guard" }, "guard");
      const { type, label, credentials } = sampleArguments;
      const { id } = scene.service.add({ type, label, credentials });
      const outputs = encodeState(stateOf(sampleArguments), { __urn: sampleUrn });
      scene.emulator.setFaults([{ path: "get", id: "guard", fault: { kind: "status", status: 502 } }]);
      const news = { ...sampleArguments, credentials: newCredentials };
      const error = await scene.provider.update(id, outputs, news).catch((reason: unknown) => reason);
      assert.ok(error instanceof HandlerError);
      assert.equal(error.initFailure, undefined);
      assert.match(error.message, /^GET \/v1\/account_connections: Fluents answered 502/);
      assert.deepEqual(scene.requests, ["GET account_connections"]);
    } finally {
      await scene.close();
    }
  });
});
