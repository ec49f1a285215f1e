import assert from "node:assert/strict";
import { tmpdir } from "node:os";

import * as pulumi from "@pulumi/pulumi";

import { AccountConnection, type AccountConnectionArgs } from "../../provider/account-connection";
import { providerSource } from "../../provider/provider-source";

const type = "account_connection_deepgram";

describe("the class AccountConnection", () => {
  let registered: pulumi.runtime.MockResourceArgs[];

  beforeEach(async () => {
    registered = [];
    await pulumi.runtime.setMocks({
      newResource(args) {
        registered.push(args);
        return { id: args.id ?? "conn-1", state: args.inputs as Record<string, unknown> };
      },
      call: (args) => args.inputs as Record<string, unknown>,
    });
  });

  async function register(args: AccountConnectionArgs): Promise<Record<string, unknown>> {
    const connection = new AccountConnection("c", args);
    await new Promise((resolve) => connection.urn.apply(resolve));
    const first = registered.find((resource) => resource.name === "c");
    assert.ok(first);
    return first.inputs as Record<string, unknown>;
  }

  it("registers a dynamic resource with the constant text and its own URN", async () => {
    const inputs = await register({ type, credentials: { deepgram_api_key: "k" } });
    assert.equal(inputs.__provider, providerSource);
    assert.equal(
      inputs.__urn,
      "urn:pulumi:stack::project::pulumi-nodejs:dynamic/fluents:AccountConnection::c",
    );
  });

  it("marks a missing value inside credentials, which the SDK would drop", async () => {
    const inputs = await register({
      type,
      credentials: { first: undefined, nested: { second: pulumi.output(undefined) }, list: [undefined] },
    });
    const { value } = inputs.credentials as { value: unknown };
    assert.deepEqual(value, { first: null, nested: { second: null }, list: [null] });
  });

  it("takes interfaces, read-only lists, and what its own outputs are", async () => {
    interface Credentials {
      readonly deepgram_api_key: string;
    }
    const credentials: Credentials = { deepgram_api_key: "k" };
    const steeringPool: readonly string[] | undefined = ["+14155550100"];
    const { label, description, userId, accountSupportsAnyCallerId, config } = new AccountConnection("d", {
      type,
    });
    const inputs = await register({
      type,
      credentials: pulumi.secret(credentials),
      steeringPool,
      label,
      description,
      userId,
      accountSupportsAnyCallerId,
      config,
    });
    assert.deepEqual(inputs.steeringPool, steeringPool);
    assert.ok(!Object.hasOwn(inputs, "label"));
  });

  it("passes unknown arguments on, so that check can name them", async () => {
    const inputs = await register({ type, labl: "x" } as AccountConnectionArgs);
    assert.equal(inputs.labl, "x");
  });

  it("gives undefined for an output that is null in the state", async () => {
    const { label, type: typeOutput } = new AccountConnection("c", {
      type,
      label: null as unknown as string,
    });
    const [labelValue, typeValue] = await new Promise<unknown[]>((resolve) =>
      pulumi.all([label, typeOutput]).apply(resolve),
    );
    assert.equal(labelValue, undefined);
    assert.equal(typeValue, type);
  });

  it("leaves stack traces as they were, and names the caller's line in what the SDK throws", () => {
    const readSettings = () =>
      ["stackTraceLimit", "prepareStackTrace"].map((name) => Reflect.get(Error, name) as unknown);
    const before = readSettings();
    assert.throws(
      () => new AccountConnection("", { type }),
      (error) =>
        error instanceof Error &&
        /Missing resource name/.test(error.message) &&
        error.stack?.includes(__filename),
    );
    assert.deepEqual(readSettings(), before);
    new AccountConnection("c", { type });
    assert.deepEqual(readSettings(), before);
  });

  it("keeps the stack of an error that a transformation throws", () => {
    const thrown = new Error("from elsewhere");
    const { stack } = thrown;
    const transformation = () => {
      throw thrown;
    };
    assert.throws(() => new AccountConnection("c", { type }, { transformations: [transformation] }), thrown);
    assert.equal(thrown.stack, stack);
  });

  it("refuses the option import and names connectionId", () => {
    assert.throws(
      () => new AccountConnection("c", { type }, { import: "conn-1" }),
      (error) => pulumi.RunError.isInstance(error) && /argument `connectionId`/.test(error.message),
    );
  });

  for (const args of [undefined, null, "text", pulumi.output({ type })]) {
    it(`refuses arguments that are no object: ${typeof args}`, () => {
      assert.throws(
        () => new AccountConnection("c", args as unknown as AccountConnectionArgs),
        (error) =>
          pulumi.RunError.isInstance(error) && /"c": the arguments must be an object/.test(error.message),
      );
    });
  }

  for (const name of ["id", "urn"]) {
    it(`refuses the argument ${name}, which the SDK would drop`, () => {
      assert.throws(
        () => new AccountConnection("c", { type, [name]: "conn-1" }),
        (error) =>
          pulumi.RunError.isInstance(error) && /is not an argument.*`connectionId`/.test(error.message),
      );
    });
  }

  for (const [title, args, problem] of [
    ["a date", { rotationTrigger: new Date(0) }, /"c": rotationTrigger is a Date, .*`toISOString\(\)`/],
    ["a function", { credentials: { a: [() => "x"] } }, /"c": credentials\.a\.0 is a function: call it/],
    ["a map", { config: { a: new Map() } }, /"c": config\.a is no JSON value/],
    ["bytes", { config: { a: Buffer.from("x") } }, /"c": config\.a is no JSON value/],
    ["a bigint", { config: { a: 1n } }, /"c": config\.a is a bigint/],
    ["an asset", { config: { a: new pulumi.asset.StringAsset("x") } }, /"c": config\.a is no JSON value/],
  ] as const) {
    it(`refuses ${title}, which the SDK would empty or drop`, () => {
      assert.throws(
        () => new AccountConnection("c", { type, ...args }),
        (error) => pulumi.RunError.isInstance(error) && problem.test(error.message),
      );
    });
  }

  it("looks into no output, promise or resource, and goes round in no circle", async () => {
    const circle: Record<string, unknown> = { output: pulumi.output(1), promise: Promise.resolve(1) };
    const stack = new pulumi.ComponentResource("a:b:c", "stack");
    const inputs = await register({ type, config: { a: circle, b: circle, urn: stack.urn, stack } });
    assert.ok(inputs.config);
    circle.self = circle;
    assert.throws(
      () => new AccountConnection("e", { type, config: { circle, date: new Date(0) } }),
      (error) => pulumi.RunError.isInstance(error) && /config\.date is a Date/.test(error.message),
    );
  });

  it("marks a function in credentials that are known later", async () => {
    const credentials = pulumi.output("x").apply((text) => ({ a: () => text }));
    const inputs = await register({ type, credentials });
    assert.deepEqual((inputs.credentials as { value: unknown }).value, { a: null });
  });

  /** Constructs in a folder where the package does not resolve. */
  function constructElsewhere(): void {
    const before = process.cwd();
    process.chdir(tmpdir());
    try {
      new AccountConnection("c", { type });
    } finally {
      process.chdir(before);
    }
  }

  it("says what to add where the provider process could not load the package", () => {
    assert.throws(
      constructElsewhere,
      (error) =>
        pulumi.RunError.isInstance(error) &&
        /Add pulumi-fluents to the dependencies of .*package\.json/.test(error.message),
    );
  });

  it("asks for Node.js where the program runs in Bun without it", () => {
    const scope = globalThis as { Bun?: object };
    scope.Bun = { which: () => null };
    try {
      assert.throws(
        constructElsewhere,
        (error) => pulumi.RunError.isInstance(error) && /needs Node\.js on PATH/.test(error.message),
      );
    } finally {
      delete scope.Bun;
    }
  });

  it("tells its instances from other resources", () => {
    assert.equal(AccountConnection.isInstance(new AccountConnection("c", { type })), true);
    assert.equal(AccountConnection.isInstance(new pulumi.ComponentResource("a:b:c", "d")), false);
    assert.equal(AccountConnection.isInstance(undefined), false);
  });

  it("tells policy packs its type, by which they choose resources", () => {
    assert.equal(AccountConnection.__pulumiType, "pulumi-nodejs:dynamic/fluents:AccountConnection");
  });
});
