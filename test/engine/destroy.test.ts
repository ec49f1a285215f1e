import assert from "node:assert/strict";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { installConsumer } from "../helpers/package";
import { programOf, programOfMany, readWarnings, tabulate, TestStack } from "../helpers/stack";
import { makeTempFolder } from "../helpers/temp-folder";

const type = "account_connection_rime";
const credentials = { nested: { list: ["in-a-list", 5, true], pin: 3141592653 }, rime_api_key: "rime-key-1" };
const scrubbed = { nested: { list: ["removed-by-pulumi"] }, rime_api_key: "removed-by-pulumi" };
const args = { type, label: "voice", steeringPool: ["+14155550100"], credentials, onDelete: "scrub" };
const scrub = `POST /update ${JSON.stringify({ label: "[removed] voice", credentials: scrubbed, steering_pool: [] })}`;

describe("pulumi destroy", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  it("retains by default, without a request, and one warning tells id and resource", async () => {
    stack = await TestStack.create({
      program: programOf(JSON.stringify({ ...args, onDelete: undefined })),
    });
    await stack.up();
    const before = stack.service.list();
    const destroyed = await stack.destroy();
    assert.deepEqual(tabulate(destroyed.requests), []);
    assert.deepEqual(readWarnings(destroyed.output), [
      `resource "c": connection ${before[0]?.id ?? ""} is no longer managed, but still at Fluents with its credentials, ` +
        "since the API cannot delete. Delete it in the dashboard, and revoke the credentials at the vendor, " +
        "if it is not needed",
    ]);
    assert.deepEqual(stack.service.list(), before);
    assert.deepEqual(await stack.readResources(), {});
  });

  it("with scrub leaves no credential, number or name of use, nor does removal from the program", async () => {
    stack = await TestStack.create({
      program: programOfMany({ c: JSON.stringify(args), d: JSON.stringify({ ...args, label: "other" }) }),
    });
    await stack.up();
    stack.write(programOfMany({ c: JSON.stringify(args) }));
    const removed = await stack.up();
    assert.deepEqual(tabulate(removed.requests), [scrub.replace("voice", "other"), "GET /"]);

    const id = (await stack.readResources()).c?.id ?? "";
    const destroyed = await stack.destroy();
    assert.deepEqual(tabulate(destroyed.requests), [scrub, "GET /"]);
    assert.deepEqual(readWarnings(destroyed.output), [
      `resource "c": connection ${id} is scrubbed, but still at Fluents, since the API cannot delete. Delete it in the ` +
        "dashboard, and revoke the credentials at the vendor",
    ]);
    assert.doesNotMatch(destroyed.output, /rime-key|in-a-list|3141592653/);
    assert.deepEqual(
      stack.service
        .list()
        .map((left) => [left.label, left.credentials, left.steering_pool])
        .toSorted(),
      [
        ["[removed] other", scrubbed, []],
        ["[removed] voice", scrubbed, []],
      ],
    );
  });

  it("with scrub of a connection that is gone succeeds", async () => {
    stack = await TestStack.create({ program: programOf(JSON.stringify(args)) });
    await stack.up();
    stack.service.remove(stack.service.list()[0]?.id ?? "");
    assert.deepEqual(tabulate((await stack.destroy()).requests), [scrub]);
    assert.deepEqual(await stack.readResources(), {});
  });

  it("with scrub fails while an old value is shown, and the way out that it names works", async () => {
    stack = await TestStack.create({
      program: programOf(JSON.stringify(args)),
      emulator: {
        faults: [
          {
            path: "get",
            times: 2,
            fault: { kind: "override", fields: { credentials: { moved: ["in-a-list"] } } },
          },
        ],
      },
    });
    await stack.up();
    const failed = await stack.destroy([], { expectCode: 1 });
    const again = 'POST /update {"credentials":{"moved":["removed-by-pulumi"]}}';
    assert.deepEqual(tabulate(failed.requests), [scrub, "GET /", again, "GET /"]);
    assert.match(
      failed.output,
      /resource "c": connection [0-9a-f-]{36} still shows a credential after it was scrubbed/,
    );
    assert.doesNotMatch(failed.output, /rime-key|in-a-list| at .*\.js:/);
    assert.ok((await stack.readResources()).c);

    stack.write(programOf(JSON.stringify({ ...args, onDelete: "retain" })));
    assert.deepEqual(tabulate((await stack.up()).requests), []);
    const destroyed = await stack.destroy();
    assert.deepEqual(tabulate(destroyed.requests), []);
  });

  it("with scrub that is not confirmed says so, and how to keep the connection after all, which works", async () => {
    stack = await TestStack.create({
      program: programOf(JSON.stringify(args)),
      env: { FLUENTS_MAX_RETRIES: "0" },
      emulator: {
        credentials: "masked",
        faults: [{ path: "get", fault: { kind: "status", status: 500 } }],
      },
    });
    await stack.up();
    const failed = await stack.destroy([], { expectCode: 1 });
    assert.match(
      failed.output,
      /resource "c": connection [0-9a-f-]{36} is scrubbed, but that is not confirmed\. GET .* answered 500/,
    );
    assert.match(
      failed.output,
      /give the resource in the program another rotationTrigger and run `pulumi up --refresh`/,
    );
    stack.write(programOf(JSON.stringify({ ...args, rotationTrigger: "kept" })));
    await stack.up(["--refresh"]);
    assert.deepEqual(
      stack.service.list().map((kept) => [kept.label, kept.credentials, kept.steering_pool]),
      [["voice", credentials, ["+14155550100"]]],
    );
  });

  it("with scrub replaces a resource that --replace names after making its successor, then scrubs the old one", async () => {
    stack = await TestStack.create({
      program: programOf(JSON.stringify({ ...args, allowDuplicate: true })),
    });
    await stack.up();
    const [old] = stack.service.list();
    const urn = (await stack.readResources()).c?.urn ?? "";
    const replaced = await stack.up(["--replace", urn]);
    assert.deepEqual(
      tabulate(replaced.requests).map((line) => line.split(" {")[0]),
      ["GET /list", "POST /create", "POST /update", "GET /"],
    );
    assert.deepEqual(stack.service.get(old?.id ?? "")?.credentials, scrubbed);
    assert.deepEqual(stack.service.list()[1]?.credentials, credentials);
  });

  it("needs no program, neither to retain nor to scrub", async () => {
    stack = await TestStack.create({
      program: programOfMany({
        kept: JSON.stringify({ ...args, label: "kept", onDelete: "retain" }),
        scrubbed: JSON.stringify(args),
      }),
    });
    await stack.up();
    rmSync(join(stack.folder, "index.js"));
    const destroyed = await stack.destroy();
    assert.deepEqual(tabulate(destroyed.requests), [scrub, "GET /"]);
    assert.match(
      readWarnings(destroyed.output).join("\n"),
      /^resource "kept": connection [0-9a-f-]{36} is no longer/,
    );
    assert.deepEqual(await stack.readResources(), {});
  });

  it("without the installed packages says which module is missing; once they are back it works", async () => {
    const modules = join(await installConsumer(), "node_modules");
    const parentFolder = makeTempFolder();
    const linked = join(parentFolder, "node_modules");
    const link = (name: string) => {
      symlinkSync(join(modules, name), join(linked, name));
    };
    mkdirSync(linked);
    link("@pulumi");
    link("pulumi-fluents");
    stack = await TestStack.create({ program: programOf(JSON.stringify(args)), parentFolder });
    await stack.up();
    rmSync(join(stack.folder, "index.js"));

    rmSync(join(linked, "pulumi-fluents"));
    const withoutPackage = await stack.destroy([], { expectCode: 1 });
    assert.match(withoutPackage.output, /^ {4}error: Cannot find module 'pulumi-fluents\/runtime'$/m);

    rmSync(join(linked, "@pulumi"));
    const withoutSdk = await stack.destroy([], { expectCode: 1 });
    assert.match(withoutSdk.output, /Error: Cannot find module '@pulumi\/pulumi\/cmd\/dynamic-provider'/);
    assert.match(
      withoutSdk.output,
      /error: could not load provider for resource .*::c: could not create provider/,
    );

    link("@pulumi");
    link("pulumi-fluents");
    assert.deepEqual(tabulate((await stack.destroy()).requests), [scrub, "GET /"]);
  });
});
