import assert from "node:assert/strict";

import { sampleArguments, sampleUrn } from "../helpers/samples";
import { startEngineStub } from "../helpers/provider-process";
import { Scene, type SceneOptions } from "./scene";

const retained = { ...sampleArguments, onDelete: "retain" };

function urnOf(name: string): string {
  return sampleUrn.replace(/twilio$/, name);
}

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
      const [line] = scene.engine.lines;
      assert.match(
        line?.message ?? "",
        /^resource "twilio": .* shows another value than was sent for: label\. /,
      );
      assert.equal(line?.urn, sampleUrn);
      assert.equal(updated.label, "other");
      assert.equal(
        (await scene.provider.diff(id, updated, { ...retained, label: "new" })).changes,
        "DIFF_SOME",
      );
    });
  });

  it("advises a label where there is none", async () => {
    await withScene({}, async (scene) => {
      await scene.provider.create({
        type: "account_connection_rime",
        credentials: { key: "secret-key" },
        __urn: urnOf("rime"),
      });
      const [line] = scene.engine.lines;
      assert.match(line?.message ?? "", /^resource "rime": without a label/);
      assert.equal(line?.urn, urnOf("rime"));
    });
  });

  it("names those whose credentials were changed behind Pulumi's back", async () => {
    await withScene({}, async (scene) => {
      const { id, outputs } = await scene.provider.create(sampleArguments);
      scene.service.change(id, {
        credentials: { ...sampleArguments.credentials, twilio_account_sid: "AC999" },
      });
      await scene.provider.read(id, outputs);
      const [line] = scene.engine.lines;
      assert.match(
        line?.message ?? "",
        /^resource "twilio": the credentials were changed .*: twilio_account_sid\. /,
      );
      assert.equal(line?.urn, sampleUrn);
    });
  });

  it("of a long wait is on the row of the resource that waits, and on none where it is for all", async () => {
    await withScene({ config: { "fluents:maxRetries": "1" } }, async ({ provider, emulator, engine }) => {
      const declare = (name: string) => ({ ...sampleArguments, label: name, __urn: urnOf(name) });
      const slow = { kind: "status", status: 429, retryAfter: 4 } as const;
      emulator.setFaults([{ path: "list", fault: slow }]);
      const [updated, read] = await Promise.all([
        provider.create(declare("updated")),
        provider.create(declare("read")),
      ]);
      emulator.setFaults([
        { path: "create", fault: slow },
        { path: "update", fault: slow },
        { path: "get", fault: slow },
      ]);
      await Promise.all([
        provider.create(declare("created")),
        provider.update(updated.id, updated.outputs, { ...declare("updated"), description: "new" }),
        provider.read(read.id, read.outputs),
      ]);
      const subject = (name: string) => ({ name: `resource "${name}": `, urn: urnOf(name) });
      assert.deepEqual(
        new Map(
          engine.lines.map(({ message, urn }) => {
            const [, name, request] =
              /^(.*)waiting 4 s before attempt 2 of 2: .* to (.+)$/.exec(message) ?? [];
            return [request, { name, urn }];
          }),
        ),
        new Map([
          ["GET /v1/account_connections/list", { name: "", urn: "" }],
          ["POST /v1/account_connections/create", subject("created")],
          ["POST /v1/account_connections/update", subject("updated")],
          ["GET /v1/account_connections", subject("read")],
        ]),
      );
      assert.equal(engine.lines.length, 4);
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
