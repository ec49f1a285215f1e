import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ApiCaller } from "./api-caller";
import type { JsonObject, NewConnection } from "./connection";
import { startEmulator, type Emulator, type EmulatorOptions } from "./emulator";

const oauth: NewConnection = {
  type: "account_connection_un_pw_oauth",
  label: "Booking system",
  credentials: {
    password: "secret-abc123",
    pin: "1234",
    attempts: 3,
    client: { keys: ["key-number-0001", "key-number-0002"], strict: true },
  },
  config: { voicemail_detection: { enabled: true, seconds: 5 }, recording: {} },
};

describe("emulator: behaviour", () => {
  const emulators: Emulator[] = [];

  async function start(options?: EmulatorOptions): Promise<{ emulator: Emulator; api: ApiCaller }> {
    const emulator = await startEmulator(options);
    emulators.push(emulator);
    return { emulator, api: new ApiCaller(emulator) };
  }

  afterEach(async () => {
    await Promise.all(emulators.splice(0).map((emulator) => emulator.close()));
  });

  describe("credentials in answers", () => {
    it("masks all but the last four characters of each text, at any depth", async () => {
      const { emulator, api } = await start({ credentials: "masked" });
      const { id } = emulator.environment("test-key").add(oauth);
      const masked = {
        password: "****c123",
        pin: "****",
        attempts: 3,
        client: { keys: ["****0001", "****0002"], strict: true },
      };

      assert.deepEqual((await api.get(id)).body.credentials, masked);
      assert.deepEqual((await api.update(id, { label: "x" })).body.credentials, masked);
      assert.deepEqual(((await api.list()).body.items as JsonObject[])[0]?.credentials, masked);
      assert.deepEqual((await api.create(oauth)).body.credentials, masked);
      assert.deepEqual(emulator.environment("test-key").get(id)?.credentials, oauth.credentials);
    });

    it("leaves them out where they are missing", async () => {
      const { emulator, api } = await start({ credentials: "missing" });
      const { id } = emulator.environment("test-key").add(oauth);
      const bodies = [
        (await api.get(id)).body,
        (await api.update(id, { label: "x" })).body,
        (await api.create(oauth)).body,
        ...((await api.list()).body.items as JsonObject[]),
      ];

      assert.equal(bodies.length, 5);
      assert.deepEqual(
        bodies.map((body) => "credentials" in body),
        bodies.map(() => false),
      );
    });

    it("can be changed while it runs", async () => {
      const { emulator, api } = await start();
      const { id } = emulator.environment("test-key").add({ ...oauth, credentials: { token: "token-0001" } });

      assert.deepEqual((await api.get(id)).body.credentials, { token: "token-0001" });
      emulator.configure({ credentials: "masked" });
      assert.deepEqual((await api.get(id)).body.credentials, { token: "****0001" });
      emulator.configure({ credentials: "missing" });
      assert.equal((await api.get(id)).body.credentials, undefined);
    });
  });

  describe("objects in updates", () => {
    const changes = {
      credentials: { password: "new", client: { strict: false } },
      config: { voicemail_detection: { seconds: 9 } },
    };

    it("are put in the place of the old ones by default", async () => {
      const { emulator, api } = await start();
      const { id } = emulator.environment("test-key").add(oauth);
      const { body } = await api.update(id, changes);

      assert.deepEqual(body.credentials, changes.credentials);
      assert.deepEqual(body.config, changes.config);
    });

    it("are laid over the old ones, at any depth, where they are merged", async () => {
      const { emulator, api } = await start({ objects: "merge" });
      const { id } = emulator.environment("test-key").add(oauth);
      const { body } = await api.update(id, changes);

      assert.deepEqual(body.credentials, {
        password: "new",
        pin: "1234",
        attempts: 3,
        client: { keys: ["key-number-0001", "key-number-0002"], strict: false },
      });
      assert.deepEqual(body.config, { voicemail_detection: { enabled: true, seconds: 9 }, recording: {} });
    });

    it("keep a key that is called __proto__ out of the prototypes", async () => {
      const { emulator, api } = await start({ objects: "merge" });
      const { id } = emulator.environment("test-key").add(oauth);
      const { status } = await api.send(`/v1/account_connections/update?id=${id}`, {
        method: "POST",
        body: '{"config":{"__proto__":{"polluted":true}}}',
        headers: { "content-type": "application/json" },
      });

      assert.equal(status, 400);
      assert.equal("polluted" in {}, false);
    });
  });

  describe("environments and keys", () => {
    it("gives each key connections and a user of its own", async () => {
      const { emulator } = await start();
      const staging = new ApiCaller(emulator, "staging");
      const production = new ApiCaller(emulator, "production");
      const { body } = await staging.create(oauth);

      assert.equal((await production.get(String(body.id))).status, 404);
      assert.equal((await production.update(String(body.id), { label: "x" })).status, 404);
      assert.equal((await production.list()).body.total, 0);
      assert.equal((await staging.list()).body.total, 1);
      assert.notEqual(emulator.environment("staging").userId, emulator.environment("production").userId);
    });

    for (const authorization of ["", "Bearer", "Bearer ", "Basic dGVzdDp0ZXN0"]) {
      it(`answers 401 to the header '${authorization}'`, async () => {
        const { emulator, api } = await start();
        const answer = await api.send("/v1/account_connections/list", { headers: { authorization } });

        assert.equal(answer.status, 401);
        assert.deepEqual(answer.body, { detail: "Invalid or missing API key" });
        assert.notEqual(answer.headers.get("x-request-id"), null);
        assert.equal(emulator.journal[0]?.environment, undefined);
      });
    }

    it("answers 401 to keys that are not on its list", async () => {
      const { emulator } = await start({ apiKeys: ["good", "better"] });

      assert.equal((await new ApiCaller(emulator, "good").list()).status, 200);
      assert.equal((await new ApiCaller(emulator, "better").list()).status, 200);
      assert.equal((await new ApiCaller(emulator, "bad").list()).status, 401);
      assert.throws(() => emulator.environment("bad"), /does not accept/);
    });

    it("is changed behind the API's back, with copies only, and without a trace in the journal", async () => {
      const { emulator, api } = await start();
      const environment = emulator.environment("test-key");
      const added = environment.add(oauth);
      added.label = "a copy";

      assert.equal(environment.get(added.id)?.label, "Booking system");
      assert.deepEqual(environment.change(added.id, { label: undefined, config: {} }).config, {});
      assert.equal("label" in (await api.get(added.id)).body, false);
      environment.remove(added.id);
      assert.deepEqual(environment.list(), []);
      assert.equal((await api.get(added.id)).status, 404);
      assert.equal(emulator.journal.length, 2);
      assert.throws(() => environment.change(added.id, {}), /No connection has the id/);
      assert.throws(() => {
        environment.remove(added.id);
      }, /No connection has the id/);
    });
  });

  describe("latency", () => {
    it("waits before it carries a request out", async () => {
      const { emulator, api } = await start({ latencyMs: 60 });
      await api.list();
      const [entry] = emulator.journal;

      assert.ok((entry?.settledAtMs ?? 0) - (entry?.receivedAtMs ?? 0) >= 55);
    });

    it("is the same for many requests at once, without a warning from Node.js", async () => {
      const { emulator, api } = await start({ latencyMs: 20 });
      const warnings: Error[] = [];
      const note = (warning: Error): number => warnings.push(warning);
      process.on("warning", note);
      const answers = await Promise.all(Array.from({ length: 30 }, () => api.list()));
      process.off("warning", note);

      assert.ok(answers.every(({ status }) => status === 200));
      assert.equal(emulator.journal.length, 30);
      assert.deepEqual(warnings, []);
    });

    it("does not keep it from closing", async () => {
      const { emulator, api } = await start({ latencyMs: 60_000 });
      const answer = api.list().catch(() => undefined);
      while (emulator.journal.length === 0) {
        await new Promise(setImmediate);
      }
      await emulator.close();

      assert.notEqual((await answer)?.status, 200);
    });
  });

  describe("state file", () => {
    let folder: string;
    let stateFile: string;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "fluents-emulator-"));
      stateFile = join(folder, "state.json");
    });

    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    it("keeps connections and users over a restart, not the keys", async () => {
      const first = await start({ stateFile });
      const { body } = await first.api.create(oauth);
      await first.api.update(String(body.id), { label: "changed" });
      const { userId } = first.emulator.environment("test-key");
      await first.emulator.close();

      const second = await start({ stateFile });
      assert.deepEqual((await second.api.get(String(body.id))).body, { ...body, label: "changed" });
      assert.equal(second.emulator.environment("test-key").userId, userId);
      assert.doesNotMatch(readFileSync(stateFile, "utf8"), /test-key/);
    });

    it("is readable by its owner only, and leaves nothing beside it", async () => {
      const { api } = await start({ stateFile });
      await api.create(oauth);

      assert.equal(statSync(stateFile).mode & 0o777, 0o600);
      assert.deepEqual(readdirSync(folder), ["state.json"]);
    });

    for (const [title, text] of [
      ["is not JSON", "{"],
      ["is something else", '{"env-1":{"connections":[{}]}}'],
    ] as const) {
      it(`is refused if it ${title}`, async () => {
        writeFileSync(stateFile, text);

        await assert.rejects(start({ stateFile }), /is not a state file of the emulator/);
      });
    }

    it("is refused if it cannot be read", async () => {
      await assert.rejects(start({ stateFile: folder }), /EISDIR/);
    });
  });
});
