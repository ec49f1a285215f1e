"use strict";

const { AnalyzerService, grpc } = require("./stubs.js");

const UNLIMITED = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/**
 * Stands between the engine and a policy pack. A pack reads the stack's name and configuration from its environment,
 * but the engine tells them in a call, `ConfigureStack`: so this answers the engine first, starts the pack when that
 * call comes, and passes it and all others on, bytes as they are.
 *
 * @param {(stack: import("@pulumi/pulumi/proto/analyzer_pb").AnalyzerStackConfigureRequest | undefined)
 *   => Promise<number>} startPack starts the pack for a stack, or without one; gives the port that it listens on
 * @returns {Promise<{ port: number, close: () => void }>}
 */
exports.startPolicyProxy = function startPolicyProxy(startPack) {
  let pack;

  async function connect(stack) {
    const port = await startPack(stack);
    return new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), UNLIMITED);
  }

  function forward({ path }, toStack = () => undefined) {
    return async (call, callback) => {
      try {
        pack ??= connect(toStack(call.request));
        const client = await pack;
        client.makeUnaryRequest(path, keepBytes, keepBytes, call.request, callback);
      } catch (error) {
        callback({ code: grpc.status.UNKNOWN, details: `policy pack not started: ${error.message}` });
      }
    };
  }

  const { configureStack } = AnalyzerService;
  const forwarding = Object.entries(AnalyzerService).map(([name, method]) => [name, forward(method)]);
  const server = new grpc.Server(UNLIMITED);
  server.addService(toBytesService(AnalyzerService), {
    ...Object.fromEntries(forwarding),
    // The engine's first call: the pack is not there yet, and old packs do not know it.
    handshake: (_call, callback) => callback(null, Buffer.alloc(0)),
    configureStack: forward(configureStack, configureStack.requestDeserialize),
  });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) {
        reject(error);
      } else {
        resolve({ port, close: () => server.forceShutdown() });
      }
    });
  });
};

function toBytesService(service) {
  return Object.fromEntries(
    Object.entries(service).map(([name, method]) => [
      name,
      { ...method, requestDeserialize: keepBytes, responseSerialize: keepBytes },
    ]),
  );
}

function keepBytes(bytes) {
  return bytes;
}
