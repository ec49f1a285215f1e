"use strict";

const { Empty, PluginInfo, grpc, messages, stubsVersion } = require("./stubs.js");
const { choosePackageManager, installDependencies, listDependencies } = require("./dependencies.js");
const { readRuntimeOptions } = require("./runtime-options.js");
const { runProgram, stopPrograms } = require("./run-program.js");

/**
 * Implements the part of `pulumirpc.LanguageRuntime` that preview, up, refresh, destroy, install and about call.
 * gRPC answers UNIMPLEMENTED to the rest: code generation and plugins written in Node.js.
 *
 * @param {string} engineAddress address of the engine's own service
 * @returns {import("@grpc/grpc-js").UntypedServiceImplementation}
 */
exports.createLanguageRuntime = function createLanguageRuntime(engineAddress) {
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
    run: answer((request, call) => runProgram(request, engine, (stop) => call.on("cancelled", stop))),
    cancel: answer(() => {
      void stopPrograms();
      return new Empty();
    }),
    installDependencies: serveInstallDependencies,
  };
};

async function serveInstallDependencies(call) {
  const info = call.request.getInfo();
  try {
    await installDependencies(info.getProgramDirectory(), toPackageManager(info), (stream, chunk) => {
      const response = new messages.InstallDependenciesResponse();
      if (stream === "stdout") {
        response.setStdout(chunk);
      } else {
        response.setStderr(chunk);
      }
      call.write(response);
    });
    call.end();
  } catch (error) {
    call.emit("error", toStatus(error));
  }
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
