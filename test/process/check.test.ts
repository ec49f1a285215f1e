import assert from "node:assert/strict";

import { sampleSecret, nest, sampleArguments, sampleUrn } from "../helpers/samples";
import { Scene } from "./scene";

/** `Log` of the engine tells severities by number. */
const warning = 2;

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("check in the provider process", function () {
  this.timeout("2 min");

  let scene: Scene;

  before(async () => {
    scene = await Scene.start();
  });

  after(async () => {
    assert.deepEqual(scene.requests, []);
    await scene.close();
    assert.equal(scene.provider.stderr, "");
  });

  it("passes what is valid as it is, credentials as a secret", async () => {
    const { inputs, failures } = await scene.provider.check({}, sampleArguments);
    assert.deepEqual(failures, []);
    const { credentials, ...rest } = sampleArguments;
    const marked = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value: credentials,
    };
    assert.deepEqual(
      { ...inputs, __provider: 0, __urn: 0 },
      { ...rest, credentials: marked, __provider: 0, __urn: 0 },
    );
  });

  it("passes unknown values, anywhere", async () => {
    for (const changes of [{ credentials: unknown }, { credentials: { a: [unknown] } }, { type: unknown }]) {
      assert.deepEqual((await scene.provider.check({}, { ...sampleArguments, ...changes })).failures, []);
    }
  });

  it("names no property, of which the engine would print the value, and gives the path", async () => {
    const { failures } = await scene.provider.check(
      {},
      { ...sampleArguments, credentials: { sid: sampleSecret, token: "" } },
    );
    assert.deepEqual(failures, [
      {
        property: "",
        reason:
          "credentials.token must not be empty: is its config value set? See `pulumi config` " +
          "(code: invalid_arguments)",
      },
    ]);
  });

  it("gathers all findings in one failure, each on its line", async () => {
    const { failures } = await scene.provider.check(
      {},
      { ...sampleArguments, label: [sampleSecret], labels: sampleSecret },
    );
    assert.deepEqual(failures, [
      {
        property: "",
        reason:
          '\n  - labels is not an argument; did you mean "label"? (code: invalid_arguments)' +
          '\n  - label must be text; "" empties it, leave it out to not manage it (code: invalid_arguments)',
      },
    ]);
  });

  it("fails, and does not break, on values that are nested deeply", async () => {
    const { failures } = await scene.provider.check(
      {},
      { ...sampleArguments, config: nest(200, sampleSecret) },
    );
    assert.deepEqual(failures, [
      {
        property: "",
        reason: "config is nested more than 64 levels deep: make it flatter (code: invalid_arguments)",
      },
    ]);
  });

  it("warns on the row of the resource", async () => {
    const news = { ...sampleArguments, type: "account_connection_new", label: null };
    await scene.provider.check({ ...sampleArguments, type: "account_connection_new" }, news);
    assert.deepEqual(
      scene.engine.lines.map(({ severity, urn }) => ({ severity, urn })),
      [
        { severity: warning, urn: sampleUrn },
        { severity: warning, urn: sampleUrn },
      ],
    );
    assert.match(scene.engine.lines[0]?.message ?? "", /type is not one that this release knows/);
    assert.match(scene.engine.lines[1]?.message ?? "", /no longer declared, so no longer managed: label\./);
  });
});

describe("check in a provider process that is not configured", function () {
  this.timeout("2 min");

  it("fails without an API key, with the command that sets it, and so does every other handler", async () => {
    const scene = await Scene.start({ config: { "fluents:apiKey": "" } });
    const mend = /config fluents:apiKey is empty: run `pulumi config set --secret fluents:apiKey`/;
    try {
      const { failures } = await scene.provider.check({}, sampleArguments);
      assert.deepEqual(
        failures.map(({ property }) => property),
        [""],
      );
      assert.match(failures[0]?.reason ?? "", mend);
      await assert.rejects(scene.provider.create(sampleArguments), mend);
      await assert.rejects(scene.provider.read("conn-1", {}), mend);
      assert.deepEqual(scene.requests, []);
    } finally {
      await scene.close();
    }
  });

  it("takes the API key of the environment where the config has none", async () => {
    const scene = await Scene.start({
      config: { "fluents:maxRetries": "x" },
      env: { FLUENTS_API_KEY: "key-of-environment", FLUENTS_MAX_RETRIES: "0" },
    });
    try {
      const { failures } = await scene.provider.check({}, { ...sampleArguments, label: 5 });
      assert.equal(
        failures[0]?.reason,
        '\n  - label must be text; "" empties it, leave it out to not manage it (code: invalid_arguments)' +
          "\n  - config fluents:maxRetries must be a whole number from 0 to 20 (code: invalid_configuration)",
      );
    } finally {
      await scene.close();
    }
  });
});
