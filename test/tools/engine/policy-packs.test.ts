import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import type { ChannelCredentials, ClientReadableStream } from "@grpc/grpc-js";
import type { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb";
import type { RunPluginResponse } from "@pulumi/pulumi/proto/language_pb";

import { HostUnderTest, messages, recordSource, requireFromSdk, waitFor } from "./host-under-test";

const canary = "canary-51ce";

const grpc = requireFromSdk("@grpc/grpc-js") as { credentials: { createInsecure(): ChannelCredentials } };
const analyzer = requireFromSdk(
  "./proto/analyzer_pb.js",
) as typeof import("@pulumi/pulumi/proto/analyzer_pb");
const services = requireFromSdk(
  "./proto/analyzer_grpc_pb.js",
) as typeof import("@pulumi/pulumi/proto/analyzer_grpc_pb");
const { Empty } = requireFromSdk(
  "google-protobuf/google/protobuf/empty_pb.js",
) as typeof import("google-protobuf/google/protobuf/empty_pb");

/** A policy pack named `pack` that writes on both streams. */
const packSource = `${recordSource}
const requireFromSdk = require("module").createRequire(${JSON.stringify(require.resolve("@pulumi/pulumi/package.json"))});
const grpc = requireFromSdk("@grpc/grpc-js");
const { AnalyzerService } = requireFromSdk("./proto/analyzer_grpc_pb.js");
const { AnalyzerInfo } = requireFromSdk("./proto/analyzer_pb.js");
const server = new grpc.Server();
server.addService(AnalyzerService, {
  getAnalyzerInfo(call, callback) {
    const info = new AnalyzerInfo();
    info.setName("pack");
    callback(null, info);
  },
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  console.log(String(port));
  console.log("a remark");
  console.error("a complaint");
});
`;

describe("the language host, with a policy pack", () => {
  let host: HostUnderTest;
  let client: AnalyzerClient | undefined;
  let output: { stdout: string; stderr: string };

  beforeEach(async () => {
    host = await HostUnderTest.start();
    output = { stdout: "", stderr: "" };
  });

  afterEach(() => {
    client?.close();
    client = undefined;
    host.close();
  });

  function runPlugin(kind = "analyzer"): ClientReadableStream<RunPluginResponse> {
    const request = new messages.RunPluginRequest();
    request.setKind(kind);
    request.setInfo(host.describeProject({ tsconfig: "tsconfig.pack.json" }));
    request.setPwd("/");
    request.setArgsList(["-v=3", "127.0.0.1:1"]);
    request.setEnvList(["ONE=1=one", "ONE=2=two"]);
    return host.client.runPlugin(request).on("data", (response: RunPluginResponse) => {
      output.stdout += Buffer.from(response.getStdout_asU8()).toString();
      output.stderr += Buffer.from(response.getStderr_asU8()).toString();
    });
  }

  async function connect(): Promise<AnalyzerClient> {
    await waitFor(() => output.stdout.includes("\n"));
    client = new services.AnalyzerClient(
      `127.0.0.1:${output.stdout.trim()}`,
      grpc.credentials.createInsecure(),
    );
    return client;
  }

  /** The engine's calls up to the first that the pack answers. */
  async function configureStack(): Promise<AnalyzerClient> {
    const pack = await connect();
    await new Promise((resolve) => pack.handshake(new analyzer.AnalyzerHandshakeRequest(), resolve));
    const stack = new analyzer.AnalyzerStackConfigureRequest();
    stack.setStack("dev");
    stack.setProject("shop");
    stack.setOrganization("acme");
    stack.setDryRun(true);
    stack.getConfigMap().set("shop:key", canary);
    assert.equal(existsSync(host.findSeen("run-policy-pack")), false);
    // The pack does not know this call, as older releases of @pulumi/policy do not. The engine puts up with that.
    const refusal = await new Promise((resolve) => pack.configureStack(stack, resolve));
    assert.match(String(refusal), /UNIMPLEMENTED/);
    return pack;
  }

  it("starts the pack's own SDK in its folder, for the stack that the engine names", async () => {
    await host.installCommand("run-policy-pack", packSource);
    const call = runPlugin();
    const pack = await configureStack();
    const info = await getInfo(pack);
    assert.equal(info.getName(), "pack");

    const { argv, cwd, env } = host.readSeen("run-policy-pack");
    assert.deepEqual(argv, ["-v=3", "127.0.0.1:1", host.project]);
    assert.equal(cwd, host.project);
    assert.equal(env["ONE"], "2=two");
    assert.equal(env["PATH"], undefined);
    assert.equal(env["PULUMI_NODEJS_TYPESCRIPT"], "true");
    assert.equal(env["PULUMI_NODEJS_TSCONFIG_PATH"], "tsconfig.pack.json");
    assert.equal(env["PULUMI_NODEJS_ORGANIZATION"], "acme");
    assert.equal(env["PULUMI_NODEJS_PROJECT"], "shop");
    assert.equal(env["PULUMI_NODEJS_STACK"], "dev");
    assert.equal(env["PULUMI_NODEJS_DRY_RUN"], "true");
    assert.deepEqual(JSON.parse(String(env["PULUMI_CONFIG"])), { "shop:key": canary });

    await waitFor(() => /^\d+\na remark\n$/.test(output.stdout) && output.stderr === "a complaint\n");
    call.on("error", () => undefined).cancel();
  });

  it("starts a pack that is asked before a stack is named", async () => {
    await host.installCommand("run-policy-pack", packSource);
    const call = runPlugin();
    const pack = await connect();
    const info = await getInfo(pack);
    assert.equal(info.getName(), "pack");
    assert.equal(host.readSeen("run-policy-pack").env["PULUMI_NODEJS_STACK"], undefined);
    call.on("error", () => undefined).cancel();
  });

  it("ends the pack when the engine gives the call up", async () => {
    await host.installCommand("run-policy-pack", `${packSource}console.error(process.pid);`);
    const call = runPlugin();
    const pack = await connect();
    await getInfo(pack);
    await waitFor(() => /^\d+$/m.test(output.stderr));
    const pid = Number.parseInt(output.stderr);
    call.on("error", () => undefined).cancel();
    await waitFor(() => !isRunning(pid));
  });

  it("reports a pack that ends before it listens", async () => {
    await host.installCommand("run-policy-pack", "console.error('no policies'); process.exit(7);");
    const ended = once(runPlugin(), "end");
    const pack = await connect();
    await assert.rejects(getInfo(pack), /policy pack not started: it ended before it listened/);
    await assert.rejects(ended, /Program exited with non-zero exit code: 7/);
    assert.equal(output.stderr, "no policies\n");
  });

  it("says what to do when the pack's dependencies are not installed", async () => {
    await assert.rejects(once(runPlugin(), "end"), /is not installed in .*: run 'npm install' there/);
  });

  it("refuses other plugins", async () => {
    await assert.rejects(
      once(runPlugin("resource"), "end"),
      /runs policy packs, not plugins of kind 'resource'/,
    );
  });
});

function getInfo(pack: AnalyzerClient): Promise<AnalyzerInfo> {
  return new Promise((resolve, reject) => {
    pack.getAnalyzerInfo(new Empty(), (error, info) => {
      if (error) {
        reject(error);
      } else {
        resolve(info);
      }
    });
  });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
