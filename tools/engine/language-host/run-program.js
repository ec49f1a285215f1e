"use strict";

const { findSdkCommand, startProcess, stopProcess } = require("./node-processes.js");
const { messages } = require("./stubs.js");
const { readRuntimeOptions, toOptionsEnvironment } = require("./runtime-options.js");

// With this exit code the SDK says that it has already shown the user what is wrong.
const EXIT_ERROR_ALREADY_SHOWN = 32;

/**
 * Serves `Run`: starts the SDK's own runner, as installed in the project, and waits for the program to end.
 *
 * @param {import("@pulumi/pulumi/proto/language_pb").RunRequest} request
 * @param {{ engine: string, executable: string }} surroundings the engine's address, and what runs the program
 * @param {(stop: () => void) => void} onCancelled registers what to do when the engine gives the call up
 * @returns {Promise<import("@pulumi/pulumi/proto/language_pb").RunResponse>} never rejects
 */
exports.runProgram = async function runProgram(request, { engine, executable }, onCancelled) {
  try {
    const options = readRuntimeOptions(request.getInfo());
    const runner = findSdkCommand(request.getInfo().getProgramDirectory(), "run");
    const { child, ended } = startProcess(
      executable,
      [...options.nodeArgs, runner, ...toArguments(request, engine)],
      {
        env: { ...process.env, ...toConfigEnvironment(request), ...toOptionsEnvironment(options) },
        // The engine reads the program's output from the host's own stdout and stderr.
        stdio: ["ignore", "inherit", "inherit"],
      },
    );
    onCancelled(() => stopProcess(child));
    const { code, signal } = await ended;
    if (code === EXIT_ERROR_ALREADY_SHOWN) {
      return toResponse("", true);
    }
    if (signal) {
      return toResponse(`Program was ended by signal ${signal}`);
    }
    return toResponse(code === 0 ? "" : `Program exited with non-zero exit code: ${code}`);
  } catch (error) {
    return toResponse(error.message);
  }
};

function toArguments(request, engineAddress) {
  const info = request.getInfo();
  const args = [];
  for (const [name, value] of [
    ["monitor", request.getMonitorAddress()],
    ["engine", engineAddress],
    ["organization", request.getOrganization()],
    ["project", request.getProject()],
    ["root-directory", info.getRootDirectory()],
    ["stack", request.getStack()],
    ["pwd", info.getProgramDirectory()],
    ["parallel", String(request.getParallel())],
  ]) {
    if (value) {
      args.push(`--${name}`, value);
    }
  }
  if (request.getDryrun()) {
    args.push("--dry-run");
  }
  return [...args, info.getEntryPoint() || ".", ...request.getArgsList()];
}

// Configuration travels in the environment only: a command line can be read by every user of the machine.
function toConfigEnvironment(request) {
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}

function toResponse(error, bail = false) {
  const response = new messages.RunResponse();
  response.setError(error);
  response.setBail(bail);
  return response;
}
