"use strict";

const { Empty, PluginInfo, grpc, messages, stubsVersion } = require("./stubs.js");
const { choosePackageManager, installDependencies, listDependencies } = require("./dependencies.js");
const { readRuntimeOptions } = require("./runtime-options.js");
const { stopProcesses } = require("./node-processes.js");
const { runPolicyPack } = require("./run-policy-pack.js");
const { runProgram } = require("./run-program.js");

/**
 * Implements the part of `pulumirpc.LanguageRuntime` that preview, up, refresh, destroy, install and about call, with
 * policy packs or without. gRPC answers UNIMPLEMENTED to the rest: code generation and other plugins written in Node.js.
 *
 * @param {string} engineAddress address of the engine's own service
 * @param {string} executable what runs programs: Node.js or Bun
 * @returns {import("@grpc/grpc-js").UntypedServiceImplementation}
 */
exports.createLanguageRuntime = function createLanguageRuntime(engineAddress, executable) {
  let engine = engineAddress;

  return {
    handshake: answer((request) => {
      engine = request.getEngineAddress();
      return new messages.LanguageHandshakeResponse();
    }),
    getPluginInfo: answer(() => {
      const response = new PluginInfo();
      response.setVersion(stubsVersion);
      return response;
    }),
    // The engine asks for these to download them beforehand; it finds what it needs while the program runs, too.
    getRequiredPackages: answer(() => new messages.GetRequiredPackagesResponse()),
    getRequiredPlugins: answer(() => new messages.GetRequiredPluginsResponse()),
    runtimeOptionsPrompts: answer(() => new messages.RuntimeOptionsResponse()),
    about: answer((request) => {
      const response = new messages.AboutResponse();
      response.setExecutable(process.execPath);
      response.setVersion(process.version);
      response.getMetadataMap().set("packagemanager", toPackageManager(request.getInfo()));
      return response;
    }),
    getProgramDependencies: answer((request) => {
      const response = new messages.GetProgramDependenciesResponse();
      const directory = request.getInfo().getProgramDirectory();
      for (const { name, version } of listDependencies(directory, request.getTransitivedependencies())) {
        const dependency = new messages.DependencyInfo();
        dependency.setName(name);
        dependency.setVersion(version);
        response.addDependencies(dependency);
      }
      return response;
    }),
    run: answer((request, call) =>
      runProgram(request, { engine, executable }, (stop) => call.on("cancelled", stop)),
    ),
    cancel: answer(() => {
      void stopProcesses();
      return new Empty();
    }),
    runPlugin: answerWithOutput(messages.RunPluginResponse, (request, onOutput, call) => {
      if (request.getKind() !== "analyzer") {
        throw new Error(
          `the language host of this checkout runs policy packs, not plugins of kind '${request.getKind()}'`,
        );
      }
      return runPolicyPack(request, onOutput, (stop) => call.on("cancelled", stop));
    }),
    installDependencies: answerWithOutput(messages.InstallDependenciesResponse, (request, onOutput) => {
      const info = request.getInfo();
      return installDependencies(info.getProgramDirectory(), toPackageManager(info), onOutput);
    }),
  };
};

function answerWithOutput(Response, handler) {
  return async (call) => {
    const onOutput = (stream, chunk) => {
      const response = new Response();
      if (stream === "stdout") {
        response.setStdout(chunk);
      } else {
        response.setStderr(chunk);
      }
      call.write(response);
    };
    try {
      await handler(call.request, onOutput, call);
      call.end();
    } catch (error) {
      call.emit("error", toStatus(error));
    }
  };
}

function answer(handler) {
  return async (call, callback) => {
    try {
      callback(null, await handler(call.request, call));
    } catch (error) {
      callback(toStatus(error));
    }
  };
}

function toPackageManager(info) {
  return choosePackageManager(info.getProgramDirectory(), readRuntimeOptions(info).packageManager);
}

function toStatus(error) {
  return { code: grpc.status.UNKNOWN, details: error.message };
}
