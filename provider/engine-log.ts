import { createRequire } from "node:module";

import type * as grpc from "@grpc/grpc-js";
import type * as engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as engineProto from "@pulumi/pulumi/proto/engine_pb";

/** A warning must not hold up an operation whose engine does not answer, in milliseconds. */
const deadlineMs = 5_000;

/**
 * Shows a warning on the row of the resource in Pulumi's output.
 *
 * @param address address of the engine, as the provider process gets it; without one the warning goes to stderr
 */
export async function logWarning(
  address: string | undefined,
  message: string,
  urn: string | undefined,
): Promise<void> {
  try {
    if (address === undefined) {
      throw new Error("no engine");
    }
    await sendWarning(address, message, urn);
  } catch {
    console.error(`warning: ${message}`);
  }
}

async function sendWarning(address: string, message: string, urn: string | undefined): Promise<void> {
  // The SDK gives handlers no way to log, but ships the stubs; its gRPC library is its own dependency, not ours.
  const requireFromSdk = createRequire(require.resolve("@pulumi/pulumi"));
  const { EngineClient } = requireFromSdk("@pulumi/pulumi/proto/engine_grpc_pb") as typeof engineGrpc;
  const { LogRequest, LogSeverity } = requireFromSdk("@pulumi/pulumi/proto/engine_pb") as typeof engineProto;
  const { credentials, Metadata } = requireFromSdk("@grpc/grpc-js") as typeof grpc;
  const client = new EngineClient(address, credentials.createInsecure());
  const request = new LogRequest();
  request.setSeverity(LogSeverity.WARNING);
  request.setMessage(message);
  request.setUrn(urn ?? "");
  try {
    await new Promise<void>((resolve, reject) => {
      client.log(request, new Metadata(), { deadline: Date.now() + deadlineMs }, (error: Error | null) => {
        if (error === null) {
          resolve();
        } else {
          reject(error);
        }
      });
    });
  } finally {
    client.close();
  }
}
