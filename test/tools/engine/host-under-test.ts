import { spawn, type ChildProcess } from "node:child_process";
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ClientReadableStream } from "@grpc/grpc-js";
import type {
  ProgramInfo,
  RunPluginRequest,
  RunPluginResponse,
  RunRequest,
  RunResponse,
} from "@pulumi/pulumi/proto/language_pb";

/** The part of the service that the tests call. */
export interface LanguageRuntimeClient {
  run(request: RunRequest, callback: (error: Error | null, response: RunResponse) => void): void;
  runPlugin(request: RunPluginRequest): ClientReadableStream<RunPluginResponse>;
  close(): void;
}

/** What a command of the SDK saw of its process, if it is {@link recordSource}. */
export interface SeenProcess {
  readonly argv: string[];
  readonly execArgv: string[];
  readonly cwd: string;
  readonly env: Record<string, string | undefined>;
}

/** Text of a command that records its process. */
export const recordSource = `require("fs").writeFileSync(__dirname + "/seen.json", JSON.stringify({
  argv: process.argv.slice(2), execArgv: process.execArgv, cwd: process.cwd(), env: process.env }));`;

/** Requires what belongs to `@pulumi/pulumi`: gRPC, protobuf and the messages. */
export const requireFromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));

/** The messages of the service. */
export const messages = requireFromSdk(
  "./proto/language_pb.js",
) as typeof import("@pulumi/pulumi/proto/language_pb");

const grpc = requireFromSdk("@grpc/grpc-js") as { credentials: { createInsecure(): unknown } };
const services = requireFromSdk("./proto/language_grpc_pb.js") as {
  LanguageRuntimeClient: new (address: string, credentials: unknown) => LanguageRuntimeClient;
};
const { Struct } = requireFromSdk("google-protobuf/google/protobuf/struct_pb.js") as {
  Struct: { fromJavaScript(value: object): never };
};

const mainScript = path.join(__dirname, "../../../tools/engine/language-host/main.js");

/** The language host in a process of its own, and the folder of a project for it. */
export class HostUnderTest {
  private constructor(
    readonly project: string,
    readonly process: ChildProcess,
    readonly client: LanguageRuntimeClient,
  ) {}

  /** Starts a host. Close it in the end. */
  static async start(): Promise<HostUnderTest> {
    const project = realpathSync(mkdtempSync(path.join(tmpdir(), "language-host-")));
    const host = spawn(process.execPath, [mainScript, "127.0.0.1:1"], {
      stdio: ["pipe", "pipe", "inherit"],
      detached: true,
    });
    assert.ok(host.stdout);
    const [port] = (await once(host.stdout, "data")) as [Buffer];
    const client = new services.LanguageRuntimeClient(
      `127.0.0.1:${port.toString().trim()}`,
      grpc.credentials.createInsecure(),
    );
    return new HostUnderTest(project, host, client);
  }

  /** Puts a command in the place of the SDK's, which is what the host starts. */
  async installCommand(name: string, source: string): Promise<void> {
    const folder = this.#findCommand(name);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "index.js"), source);
  }

  /** What a command recorded. */
  readSeen(name: string): SeenProcess {
    return JSON.parse(readFileSync(this.findSeen(name), "utf8")) as SeenProcess;
  }

  /** Where a command records. */
  findSeen(name: string): string {
    return path.join(this.#findCommand(name), "seen.json");
  }

  /** The project as the engine describes it. */
  describeProject(options: object = {}): ProgramInfo {
    const info = new messages.ProgramInfo();
    info.setRootDirectory(this.project);
    info.setProgramDirectory(this.project);
    info.setEntryPoint(".");
    info.setOptions(Struct.fromJavaScript(options));
    return info;
  }

  /** Kills the host with what it has started, and removes the project. */
  close(): void {
    this.client.close();
    if (this.process.pid !== undefined && this.process.exitCode === null) {
      process.kill(-this.process.pid, "SIGKILL");
    }
    rmSync(this.project, { recursive: true });
  }

  #findCommand(name: string): string {
    return path.join(this.project, "node_modules/@pulumi/pulumi/cmd", name);
  }
}

/** Waits until a condition holds; one that throws does not hold yet. */
export async function waitFor(isDone: () => boolean): Promise<void> {
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
