import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

import * as grpc from "@grpc/grpc-js";
import * as engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import * as providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

import { providerSource } from "../../provider/provider-source";
import { installConsumer } from "./package";
import { prepareCompileCache, prepareNode } from "./runtime";
import { sampleUrn } from "./samples";

/** A property bag. */
export type Bag = Record<string, unknown>;

/** What the engine was told. */
export interface LoggedLine {
  readonly severity: LogSeverity;
  readonly message: string;
  readonly urn: string;
}

/** The engine's side of the log, and nothing else of an engine. */
export interface EngineStub {
  readonly address: string;
  readonly lines: readonly LoggedLine[];
  close(): Promise<void>;
}

/** Starts a server that takes what is logged to an engine. */
export async function startEngineStub(): Promise<EngineStub> {
  const lines: LoggedLine[] = [];
  const server = new grpc.Server();
  const refuse = (_call: unknown, callback: (error: Partial<grpc.StatusObject>) => void) => {
    callback({ code: grpc.status.UNIMPLEMENTED });
  };
  server.addService(engineGrpc.EngineService, {
    log: ({ request }: { request: LogRequest }, callback: (error: null, answer: Empty) => void) => {
      lines.push({ severity: request.getSeverity(), message: request.getMessage(), urn: request.getUrn() });
      callback(null, new Empty());
    },
    getRootResource: refuse,
    setRootResource: refuse,
    startDebugging: refuse,
    requirePulumiVersion: refuse,
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, boundPort) => {
      if (error === null) {
        resolve(boundPort);
      } else {
        reject(error);
      }
    });
  });
  return {
    address: `127.0.0.1:${port}`,
    lines,
    close: () => {
      server.forceShutdown();
      return Promise.resolve();
    },
  };
}

/** A resource that was made or changed, but not wholly: what the engine keeps of it. */
export interface InitFailure {
  readonly id: string;
  readonly properties: Bag;
  readonly reasons: string[];
}

/** An error of a handler, as the engine gets it. */
export class HandlerError extends Error {
  constructor(
    readonly status: grpc.status,
    message: string,
    /** Absent where nothing was made or changed. */
    readonly initFailure: InitFailure | undefined,
  ) {
    super(message);
  }
}

/** How to start a provider process. */
export interface ProviderOptions {
  readonly engineAddress: string;
  /** Stack config by full names. */
  readonly config: Readonly<Record<string, string>>;
  readonly env?: NodeJS.ProcessEnv;
}

type Send<Request, Answer> = (
  request: Request,
  callback: (error: grpc.ServiceError | null, answer: Answer) => void,
) => unknown;

/** The real provider process of a project outside the repository, driven as the engine does. */
export class ProviderProcess {
  /** What it wrote to stderr so far. */
  stderr = "";

  private constructor(
    private readonly child: ChildProcess,
    private readonly client: providerGrpc.ResourceProviderClient,
  ) {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
  }

  /** Starts and configures it. Close it in the end. */
  static async start({ engineAddress, config, env }: ProviderOptions): Promise<ProviderProcess> {
    const [folder, node, compileCache] = await Promise.all([
      installConsumer(),
      prepareNode(),
      prepareCompileCache(),
    ]);
    const command = createRequire(join(folder, "/")).resolve("@pulumi/pulumi/cmd/dynamic-provider");
    // As after `pulumi up --logflow -v=1 --tracing …`.
    const flags = ["-v=1", "--tracing", "http://127.0.0.1:9/"];
    const child = spawn(node.command, [command, ...flags, engineAddress], {
      cwd: folder,
      env: { PATH: process.env.PATH, PULUMI_NODEJS_PROJECT: "test", ...compileCache, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [port] = (await once(createInterface(child.stdout), "line")) as [string];
    const client = new providerGrpc.ResourceProviderClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
    );
    const provider = new ProviderProcess(child, client);
    const request = new messages.ConfigureRequest();
    request.setArgs(toStruct(config));
    await call<messages.ConfigureRequest, messages.ConfigureResponse>(client.configure.bind(client), request);
    return provider;
  }

  async check(
    olds: Bag,
    news: Bag,
  ): Promise<{ inputs: Bag; failures: { property: string; reason: string }[] }> {
    const request = new messages.CheckRequest();
    request.setUrn(sampleUrn);
    request.setOlds(toStruct(olds));
    request.setNews(toStruct(withProvider(news)));
    const answer = await call<messages.CheckRequest, messages.CheckResponse>(
      this.client.check.bind(this.client),
      request,
    );
    return {
      inputs: toBag(answer.getInputs()),
      failures: answer
        .getFailuresList()
        .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
    };
  }

  async diff(
    id: string,
    olds: Bag,
    news: Bag,
  ): Promise<{ changes: keyof typeof diffChanges; replaces: string[] }> {
    const request = new messages.DiffRequest();
    request.setId(id);
    request.setOlds(toStruct(withProvider(olds)));
    request.setNews(toStruct(withProvider(news)));
    const answer = await call<messages.DiffRequest, messages.DiffResponse>(
      this.client.diff.bind(this.client),
      request,
    );
    const [name] = Object.entries(diffChanges).find(([, value]) => value === answer.getChanges()) ?? [];
    return { changes: name as keyof typeof diffChanges, replaces: answer.getReplacesList() };
  }

  async create(inputs: Bag): Promise<{ id: string; outputs: Bag }> {
    const request = new messages.CreateRequest();
    request.setProperties(toStruct(withProvider(inputs)));
    const answer = await call<messages.CreateRequest, messages.CreateResponse>(
      this.client.create.bind(this.client),
      request,
    );
    return { id: answer.getId(), outputs: toBag(answer.getProperties()) };
  }

  async read(id: string, outputs: Bag): Promise<{ id: string; outputs: Bag; inputs: Bag | undefined }> {
    const request = new messages.ReadRequest();
    request.setId(id);
    request.setProperties(toStruct(withProvider(outputs)));
    const answer = await call<messages.ReadRequest, messages.ReadResponse>(
      this.client.read.bind(this.client),
      request,
    );
    const inputs = answer.getInputs();
    return {
      id: answer.getId(),
      outputs: toBag(answer.getProperties()),
      inputs: inputs === undefined ? undefined : toBag(inputs),
    };
  }

  async update(id: string, olds: Bag, news: Bag): Promise<Bag> {
    const request = new messages.UpdateRequest();
    request.setId(id);
    request.setOlds(toStruct(withProvider(olds)));
    request.setNews(toStruct(withProvider(news)));
    const answer = await call<messages.UpdateRequest, messages.UpdateResponse>(
      this.client.update.bind(this.client),
      request,
    );
    return toBag(answer.getProperties());
  }

  async delete(id: string, outputs: Bag): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setId(id);
    request.setProperties(toStruct(withProvider(outputs)));
    await call<messages.DeleteRequest, Empty>(this.client.delete.bind(this.client), request);
  }

  /** Waits until the process ended by itself. Gives its exit code. */
  async untilExit(): Promise<number | null> {
    if (this.child.exitCode === null) {
      await once(this.child, "close");
    }
    return this.child.exitCode;
  }

  /** Stops the process, and waits for the end of what it wrote. */
  async close(): Promise<void> {
    this.client.close();
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const closed = once(this.child, "close");
      this.child.kill("SIGKILL");
      await closed;
    }
  }
}

const diffChanges = messages.DiffResponse.DiffChanges;

/** A bag as the program side makes it. */
function withProvider(bag: Bag): Bag {
  return { __provider: providerSource, __urn: sampleUrn, ...bag };
}

function toStruct(bag: Bag): Struct {
  return Struct.fromJavaScript(bag as Record<string, JavaScriptValue>);
}

function toBag(struct: Struct | undefined): Bag {
  return struct?.toJavaScript() ?? {};
}

function call<Request, Answer>(send: Send<Request, Answer>, request: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    send(request, (error, answer) => {
      if (error === null) {
        resolve(answer);
      } else {
        reject(new HandlerError(error.code, error.details, readInitFailure(error.metadata)));
      }
    });
  });
}

function readInitFailure(metadata: grpc.Metadata): InitFailure | undefined {
  const [status] = metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(status)) {
    return undefined;
  }
  const [detail] = Status.deserializeBinary(status).getDetailsList();
  const failure = messages.ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? Buffer.of());
  return {
    id: failure.getId(),
    properties: toBag(failure.getProperties()),
    reasons: failure.getReasonsList(),
  };
}
