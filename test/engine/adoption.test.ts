import assert from "node:assert/strict";

import { programOf, readWarnings, tabulate, TestStack } from "../helpers/stack";

const type = "account_connection_rime";
const credentials = { oauth: { secret: "oauth-secret-1" }, rime_api_key: "rime-key-1" };
const existing = {
  type,
  label: "of the dashboard",
  description: "by hand",
  steering_pool: ["+14155550100", "+14155550101"],
  account_supports_any_caller_id: true,
  credentials,
  config: { declared: { seconds: 1 }, elsewhere: 2 },
};
const args = {
  type,
  label: "of the dashboard",
  description: "by hand",
  steeringPool: ["+14155550101", "+14155550100"],
  accountSupportsAnyCallerId: true,
  credentials,
  config: { declared: { seconds: 1 } },
};
const urn = "urn:pulumi:dev::test-project::pulumi-nodejs:dynamic/fluents:AccountConnection::c";
const rotation = `POST /update ${JSON.stringify({ credentials })}`;

type Args = Readonly<Record<string, unknown>>;

/** A program whose `connectionId` is the config value `id`. */
const programWith = (values: Args, opts?: string) =>
  programOf(`{ connectionId: config.get("id"), ...${JSON.stringify(values)} }`, opts);

describe("adoption", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  /** A service that has the connection, and a program that adopts it. Gives its id. */
  async function prepare(
    values: Args,
    options: Partial<Parameters<typeof TestStack.create>[0]> = {},
  ): Promise<string> {
    stack = await TestStack.create({ program: programWith(values), ...options });
    const { id } = stack.service.add(existing);
    await stack.setConfig("id", id);
    return id;
  }

  it("of a connection that is as declared only reads it; connectionId can go afterwards", async () => {
    const id = await prepare(args);
    const before = stack.service.list();
    const adopted = await stack.up();
    assert.deepEqual(tabulate(adopted.requests), ["GET /"]);
    assert.deepEqual(adopted.requests[0]?.query, { id });
    const { c } = await stack.readResources();
    assert.equal(c?.id, id);
    assert.deepEqual(c.outputs?.steeringPool, args.steeringPool);
    assert.deepEqual(c.outputs.config, args.config);
    assert.equal(c.outputs.credentialsVersion, null);
    await stack.preview(["--expect-no-changes"]);

    stack.write(programOf(JSON.stringify(args)));
    assert.deepEqual(tabulate((await stack.up()).requests), []);
    assert.deepEqual(tabulate((await stack.up(["--expect-no-changes", "--refresh"])).requests), ["GET /"]);
    assert.deepEqual(stack.service.list(), before);

    // It is still known that the connection was adopted: scrub does not touch it.
    stack.write(programOf(JSON.stringify({ ...args, onDelete: "scrub" })));
    assert.deepEqual(tabulate((await stack.up()).requests), []);
    const destroyed = await stack.destroy();
    assert.deepEqual(tabulate(destroyed.requests), []);
    assert.match(readWarnings(destroyed.output).join("\n"), /is no longer managed, but still at Fluents/);
    assert.deepEqual(stack.service.list(), before);
  });

  it("of a connection that differs is one update with only what differs", async () => {
    const rotated = { ...credentials, rime_api_key: "rime-key-2" };
    const id = await prepare({
      ...args,
      label: "of the program",
      steeringPool: ["+14155550100"],
      credentials: rotated,
      config: { declared: { seconds: 3 } },
    });
    assert.deepEqual(tabulate((await stack.up()).requests), [
      "GET /",
      `POST /update ${JSON.stringify({
        label: "of the program",
        credentials: rotated,
        steering_pool: ["+14155550100"],
        config: { declared: { seconds: 3 }, elsewhere: 2 },
      })}`,
    ]);
    assert.equal((await stack.readResources()).c?.outputs?.credentialsVersion, 1);
    await stack.preview(["--expect-no-changes", "--refresh"]);
    assert.deepEqual(stack.service.get(id)?.credentials, rotated);
  });

  for (const display of ["masked", "missing"] as const) {
    it(`sends credentials that are ${display} in the answer, once`, async () => {
      await prepare(args, { emulator: { credentials: display } });
      assert.deepEqual(tabulate((await stack.up()).requests), ["GET /", rotation]);
      assert.deepEqual(tabulate((await stack.up(["--expect-no-changes", "--refresh"])).requests), ["GET /"]);
      assert.deepEqual(tabulate((await stack.up(["--expect-no-changes"])).requests), []);
      assert.equal((await stack.readResources()).c?.outputs?.credentialsVersion, 1);
    });
  }

  it("that stops half done keeps the connection, and the next up finishes it", async () => {
    const id = await prepare(
      { ...args, label: "of the program" },
      {
        env: { FLUENTS_MAX_RETRIES: "0" },
        emulator: { faults: [{ path: "update", fault: { kind: "reset", applied: false } }] },
      },
    );
    const failed = await stack.up([], { expectCode: 1 });
    assert.match(failed.output, /it is not known whether the update was applied/);
    assert.equal((await stack.readResources()).c?.id, id);
    assert.deepEqual(tabulate((await stack.up()).requests), ['POST /update {"label":"of the program"}']);
    await stack.preview(["--expect-no-changes"]);
    assert.equal(stack.service.list().length, 1);
  });

  it("is refused where the connection is of another type, which is told with its label, or is missing", async () => {
    const id = await prepare({ ...args, type: "account_connection_deepgram" });
    const refused = await stack.up([], { expectCode: 1 });
    assert.deepEqual(tabulate(refused.requests), ["GET /"]);
    assert.match(
      refused.output,
      new RegExp(`connection ${id} \\(label "of the dashboard"\\) is of type account_connection_rime\\.`),
    );
    await stack.setConfig("id", "no-such-connection");
    const missing = await stack.up([], { expectCode: 1 });
    assert.deepEqual(tabulate(missing.requests), ["GET /"]);
    assert.match(
      missing.output,
      /connectionId: Fluents has no connection no-such-connection in the environment/,
    );
    assert.deepEqual(await stack.readResources(), {});
  });

  it("needs no credentials, then leaves those of the connection alone and out of the state", async () => {
    const declared = { ...args, credentials: undefined, description: "of the program" };
    const id = await prepare(declared);
    assert.deepEqual(tabulate((await stack.up()).requests), [
      "GET /",
      'POST /update {"description":"of the program"}',
    ]);
    assert.doesNotMatch(await stack.exportState(true), /rime-key|oauth-secret/);
    const { c } = await stack.readResources();
    assert.equal(c?.outputs?.credentials, null);

    stack.write(programWith({ ...declared, credentials }));
    assert.deepEqual(tabulate((await stack.up()).requests), [rotation]);
    stack.write(programWith(declared));
    const dropped = await stack.up();
    assert.match(readWarnings(dropped.output).join("\n"), /no longer managed: credentials\./);
    assert.deepEqual(tabulate(dropped.requests), []);
    assert.doesNotMatch(await stack.exportState(true), /rime-key|oauth-secret/);
    assert.deepEqual(stack.service.get(id)?.credentials, credentials);
  });

  it("of another connection replaces the resource: the old one is given up last, untouched", async () => {
    const id = await prepare({ ...args, credentials: undefined, config: undefined });
    await stack.up();
    const other = stack.service.add({ ...existing, description: "another" });
    await stack.setConfig("id", other.id);
    const previewed = await stack.preview();
    assert.match(previewed.output, /~ connectionId/);
    const replaced = await stack.up();
    assert.deepEqual(tabulate(replaced.requests), ["GET /", 'POST /update {"description":"by hand"}']);
    assert.ok(
      replaced.output.indexOf("created replacement") < replaced.output.indexOf("deleted original"),
      replaced.output,
    );
    assert.deepEqual(
      readWarnings(replaced.output).map((text) => text.slice(0, text.indexOf(","))),
      [`resource "c": connection ${id} is no longer managed`],
    );
    assert.equal((await stack.readResources()).c?.id, other.id);
    await stack.preview(["--expect-no-changes"]);
    assert.deepEqual(stack.service.list(), [
      { ...existing, id, user_id: stack.service.userId },
      { ...other, description: "by hand" },
    ]);
  });

  it("of another connection by a resource that made its own never scrubs what it adopts", async () => {
    const other = { ...existing, label: "other" };
    stack = await TestStack.create({ program: programWith({ ...args, onDelete: "scrub" }) });
    await stack.up();
    const [made] = stack.service.list();
    // The same connection, adopted: nothing is scrubbed.
    await stack.setConfig("id", made?.id ?? "");
    stack.write(programWith(args));
    assert.deepEqual(tabulate((await stack.up()).requests), []);
    const { id } = stack.service.add(other);
    await stack.setConfig("id", id);
    const replaced = await stack.up();
    assert.deepEqual(tabulate(replaced.requests), ["GET /", 'POST /update {"label":"of the dashboard"}']);
    assert.deepEqual(stack.service.get(made?.id ?? ""), made);
  });

  it("that fails gives nothing up: the connection that the resource made keeps its credentials", async () => {
    stack = await TestStack.create({ program: programWith({ ...args, onDelete: "scrub" }) });
    await stack.up();
    const before = stack.service.list();
    await stack.setConfig("id", "no-such-connection");
    stack.write(programWith(args));
    const failed = await stack.up([], { expectCode: 1 });
    assert.deepEqual(tabulate(failed.requests), ["GET /"]);
    assert.match(failed.output, /Fluents has no connection no-such-connection/);

    assert.deepEqual(stack.service.list(), before);

    const other = stack.service.add({ ...existing, label: "other" });
    await stack.setConfig("id", other.id);
    stack.env.FLUENTS_MAX_RETRIES = "0";
    stack.emulator.setFaults([{ path: "update", fault: { kind: "reset", applied: false } }]);
    await stack.up([], { expectCode: 1 });
    assert.deepEqual(stack.service.list(), [...before, other]);

    // Once it has succeeded, the one that the resource made is given up as was declared for it.
    const finished = await stack.up();
    assert.match(finished.output, /is scrubbed, but still at Fluents/);
    assert.equal((await stack.readResources()).c?.id, other.id);
    await stack.preview(["--expect-no-changes"]);
    assert.deepEqual(
      stack.service.list().map((connection) => connection.credentials),
      [{ oauth: { secret: "removed-by-pulumi" }, rime_api_key: "removed-by-pulumi" }, credentials],
    );
  });

  it("of what another resource gives up in the same run leaves it as it is", async () => {
    stack = await TestStack.create({ program: programWith({ ...args, onDelete: "scrub" }) });
    await stack.up();
    const [made] = stack.service.list();
    const other = stack.service.add({ ...existing, label: "other" });
    stack.write(
      [
        programWith({ ...args, label: "other", connectionId: other.id }),
        `new fluents.AccountConnection("d", ${JSON.stringify({ ...args, connectionId: made?.id })}, { dependsOn: c });`,
      ].join("\n"),
    );
    assert.deepEqual(tabulate((await stack.up()).requests), ["GET /", "GET /"]);
    assert.deepEqual(stack.service.list(), [made, other]);
    await stack.preview(["--expect-no-changes"]);
  });

  it("survives --replace and taint: the connection is adopted again as it is", async () => {
    const id = await prepare(args);
    await stack.up();
    const before = stack.service.list();
    const again = await stack.up(["--replace", urn]);
    assert.deepEqual([tabulate(again.requests), readWarnings(again.output)], [["GET /"], []]);
    await stack.pulumi(["state", "taint", urn, "--yes"]);
    assert.deepEqual(tabulate((await stack.up()).requests), ["GET /"]);
    assert.equal((await stack.readResources()).c?.id, id);
    await stack.preview(["--expect-no-changes"]);
    assert.deepEqual(stack.service.list(), before);

    // It is given up where the program runs and declares the adoption, too.
    const destroyed = await stack.destroy(["--run-program"]);
    assert.match(readWarnings(destroyed.output).join("\n"), /is no longer managed, but still at Fluents/);
  });

  it("survives --replace where the resource had made the connection and would scrub it", async () => {
    stack = await TestStack.create({ program: programWith({ ...args, onDelete: "scrub" }) });
    await stack.up();
    const before = stack.service.list();
    await stack.setConfig("id", before[0]?.id ?? "");
    stack.write(programWith(args));
    const replaced = await stack.up(["--replace", urn]);
    assert.deepEqual([tabulate(replaced.requests), readWarnings(replaced.output)], [["GET /"], []]);
    assert.deepEqual(
      stack.service.list().map(({ credentials: left }) => left),
      [credentials],
    );
  });
});
