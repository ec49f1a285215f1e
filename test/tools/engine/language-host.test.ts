import { spawn, type ChildProcess } from "node:child_process";
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import type { RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb";

interface LanguageRuntimeClient {
  run(request: RunRequest, callback: (error: Error | null, response: RunResponse) => void): void;
  close(): void;
}

const requireFromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const grpc = requireFromSdk("@grpc/grpc-js") as { credentials: { createInsecure(): unknown } };
const messages = requireFromSdk(
  "./proto/language_pb.js",
) as typeof import("@pulumi/pulumi/proto/language_pb");
const services = requireFromSdk("./proto/language_grpc_pb.js") as {
  LanguageRuntimeClient: new (address: string, credentials: unknown) => LanguageRuntimeClient;
};
const { Struct } = requireFromSdk("google-protobuf/google/protobuf/struct_pb.js") as {
  Struct: { fromJavaScript(value: object): never };
};

const CANARY = "canary-8d1f";
const MAIN = path.join(__dirname, "../../../tools/engine/language-host/main.js");

describe("the language host", () => {
  let project: string;
  let host: ChildProcess;
  let client: LanguageRuntimeClient;

  beforeEach(async () => {
    project = mkdtempSync(path.join(tmpdir(), "language-host-"));
    host = spawn(process.execPath, [MAIN, "127.0.0.1:1"], {
      stdio: ["pipe", "pipe", "inherit"],
      detached: true,
    });
    assert.ok(host.stdout);
    const [port] = (await once(host.stdout, "data")) as [Buffer];
    client = new services.LanguageRuntimeClient(
      `127.0.0.1:${port.toString().trim()}`,
      grpc.credentials.createInsecure(),
    );
  });

  afterEach(() => {
    client.close();
    host.kill("SIGKILL");
    rmSync(project, { recursive: true });
  });

  /** Puts a runner in the place of the SDK's, which is what the host starts. */
  async function installRunner(source: string): Promise<void> {
    const folder = path.join(project, "node_modules/@pulumi/pulumi/cmd/run");
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "index.js"), source);
  }

  function run(options: object = {}): Promise<RunResponse> {
    const info = new messages.ProgramInfo();
    info.setRootDirectory(project);
    info.setProgramDirectory(project);
    info.setEntryPoint(".");
    info.setOptions(Struct.fromJavaScript(options));
    const request = new messages.RunRequest();
    request.setInfo(info);
    request.setProject("shop");
    request.setStack("dev");
    request.setOrganization("acme");
    request.setMonitorAddress("127.0.0.1:2");
    request.setParallel(8);
    request.setDryrun(true);
    request.getConfigMap().set("shop:key", CANARY);
    request.setConfigsecretkeysList(["shop:key"]);
    return new Promise((resolve, reject) => {
      client.run(request, (error, response) => {
        if (error) {
          reject(error);
        } else {
          resolve(response);
        }
      });
    });
  }

  const RECORD = `require("fs").writeFileSync(__dirname + "/seen.json",
    JSON.stringify({ argv: process.argv.slice(2), execArgv: process.execArgv, env: process.env }));`;

  function readSeen(): { argv: string[]; execArgv: string[]; env: Record<string, string | undefined> } {
    const file = path.join(project, "node_modules/@pulumi/pulumi/cmd/run/seen.json");
    return JSON.parse(readFileSync(file, "utf8")) as ReturnType<typeof readSeen>;
  }

  it("starts the project's own SDK, with configuration in the environment only", async () => {
    await installRunner(RECORD);

    const response = await run();

    assert.deepEqual(response.toObject(), { error: "", bail: false });
    const { argv, env } = readSeen();
    assert.equal(
      argv.join(" "),
      "--monitor 127.0.0.1:2 --engine 127.0.0.1:1 --organization acme --project shop " +
        `--root-directory ${project} --stack dev --pwd ${project} --parallel 8 --dry-run .`,
    );
    assert.deepEqual(JSON.parse(String(env["PULUMI_CONFIG"])), { "shop:key": CANARY });
    assert.deepEqual(JSON.parse(String(env["PULUMI_CONFIG_SECRET_KEYS"])), ["shop:key"]);
    assert.equal(env["PULUMI_NODEJS_TYPESCRIPT"], "true");
  });

  it("honours the runtime options of Pulumi.yaml", async () => {
    await installRunner(RECORD);

    await run({
      typescript: false,
      tsconfig: "tsconfig.pulumi.json",
      nodeargs: "--no-warnings '--title=a b'",
    });

    const { execArgv, env } = readSeen();
    assert.deepEqual(execArgv, ["--no-warnings", "--title=a b"]);
    assert.equal(env["PULUMI_NODEJS_TYPESCRIPT"], undefined);
    assert.equal(env["PULUMI_NODEJS_TSCONFIG_PATH"], "tsconfig.pulumi.json");
  });

  it("refuses runtime options that it cannot read", async () => {
    await installRunner("");

    assert.match(
      (await run({ typescript: "yes" })).getError(),
      /'typescript' in Pulumi.yaml must be true or false/,
    );
    assert.match(
      (await run({ nodeargs: "--a 'b" })).getError(),
      /'nodeargs' in Pulumi.yaml has a ' that is not closed/,
    );
  });

  it("reports how a program ended", async () => {
    await installRunner("process.exit(7)");
    assert.equal((await run()).getError(), "Program exited with non-zero exit code: 7");

    await installRunner('process.kill(process.pid, "SIGKILL")');
    assert.equal((await run()).getError(), "Program was ended by signal SIGKILL");

    await installRunner("process.exit(32)");
    assert.deepEqual((await run()).toObject(), { error: "", bail: true });
  });

  it("says what to do when the SDK is not installed", async () => {
    assert.match(
      (await run()).getError(),
      /@pulumi\/pulumi\) is not installed in .*: run 'npm install' there/,
    );
  });

  it("ends with the program when the engine is gone", async () => {
    await installRunner(`${RECORD} setInterval(() => {}, 1000);`);
    const answer = run().catch((error: unknown) => error);
    await waitFor(() => readSeen().argv.length > 0);

    host.stdin?.end();
    await once(host, "exit");
    await answer;

    assert.throws(() => process.kill(-Number(host.pid), 0), { code: "ESRCH" });
  });
});

async function waitFor(isDone: () => boolean): Promise<void> {
  for (;;) {
    try {
      if (isDone()) {
        return;
      }
    } catch {
      // Not there yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
