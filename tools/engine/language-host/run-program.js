"use strict";

const { spawn } = require("node:child_process");
const { createRequire } = require("node:module");
const path = require("node:path");
const { clearTimeout, setTimeout } = require("node:timers");
const { messages } = require("./stubs.js");
const { readRuntimeOptions } = require("./runtime-options.js");

// With this exit code the SDK says that it has already shown the user what is wrong.
const EXIT_ERROR_ALREADY_SHOWN = 32;

// The engine kills a plugin 5 seconds after it asked for the end: the program has to be gone before.
const STOP_TIMEOUT_MS = 4000;

const running = new Set();

/**
 * Serves `Run`: starts the SDK's own runner, as installed in the project, and waits for the program to end.
 *
 * @param {import("@pulumi/pulumi/proto/language_pb").RunRequest} request
 * @param {string} engineAddress
 * @param {(stop: () => void) => void} onCancelled registers what to do when the engine gives the call up
 * @returns {Promise<import("@pulumi/pulumi/proto/language_pb").RunResponse>} never rejects
 */
exports.runProgram = async function runProgram(request, engineAddress, onCancelled) {
  try {
    const options = readRuntimeOptions(request.getInfo());
    const runner = findRunner(request.getInfo().getProgramDirectory());
    const child = spawn(
      process.execPath,
      [...options.nodeArgs, runner, ...toArguments(request, engineAddress)],
      {
        env: { ...process.env, ...toEnvironment(request, options) },
        // The engine reads the program's output from the host's own stdout and stderr.
        stdio: ["ignore", "inherit", "inherit"],
        windowsHide: true,
      },
    );
    onCancelled(() => stopProgram(child));
    const { code, signal } = await waitForExit(child);
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

/**
 * Interrupts every running program and kills those that do not end in time.
 *
 * @returns {Promise<void>} settled when none is left
 */
exports.stopPrograms = async function stopPrograms() {
  await Promise.all(Array.from(running, stopProgram));
};

function stopProgram(child) {
  return new Promise((resolve) => {
    if (!running.has(child)) {
      resolve();
      return;
    }
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGINT");
  });
}

function waitForExit(child) {
  return new Promise((resolve, reject) => {
    child.once("spawn", () => running.add(child));
    child.once("error", (error) => {
      reject(new Error(`could not start the program with ${process.execPath}: ${error.message}`));
    });
    child.once("exit", (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
}

function findRunner(programDirectory) {
  try {
    // The program's copy of the SDK, not the one whose stubs this host uses: both ends must be the same version.
    return createRequire(path.join(programDirectory, "/")).resolve("@pulumi/pulumi/cmd/run");
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") {
      throw error;
    }
    throw new Error(
      `The Pulumi SDK (@pulumi/pulumi) is not installed in ${programDirectory}: run 'npm install' there, then try again.`,
      { cause: error },
    );
  }
}

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
function toEnvironment(request, options) {
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    ...(options.typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(options.tsconfig && { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
  };
}

function toResponse(error, bail = false) {
  const response = new messages.RunResponse();
  response.setError(error);
  response.setBail(bail);
  return response;
}
