"use strict";

const { spawn } = require("node:child_process");
const { createRequire } = require("node:module");
const path = require("node:path");
const { clearTimeout, setTimeout } = require("node:timers");

// The engine kills a plugin 5 seconds after it asked for the end: what this host started has to be gone before.
const STOP_TIMEOUT_MS = 4000;

const running = new Set();

/**
 * Finds a command of the SDK that is installed in a project.
 *
 * @param {string} directory the project's folder
 * @param {string} command name below `@pulumi/pulumi/cmd`
 * @returns {string} path of its file
 * @throws {Error} when the SDK is not installed
 */
exports.findSdkCommand = function findSdkCommand(directory, command) {
  try {
    // The program's copy of the SDK, not the one whose stubs this host uses: both ends must be the same version.
    return createRequire(path.join(directory, "/")).resolve(`@pulumi/pulumi/cmd/${command}`);
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") {
      throw error;
    }
    throw new Error(
      `The Pulumi SDK (@pulumi/pulumi) is not installed in ${directory}: run 'npm install' there, then try again.`,
      { cause: error },
    );
  }
};

/**
 * Starts a program or a policy pack.
 *
 * @param {string} executable path or name of Node.js, or of what stands in for it
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} options
 * @returns {{
 *   child: import("node:child_process").ChildProcess,
 *   ended: Promise<{ code: number | null, signal: string | null }>,
 * }} `ended` rejects when the process cannot be started
 */
exports.startProcess = function startProcess(executable, args, options) {
  const child = spawn(executable, args, { ...options, windowsHide: true });
  child.once("spawn", () => running.add(child));
  const ended = new Promise((resolve, reject) => {
    child.once("error", (error) => {
      reject(new Error(`could not start the program with ${executable}: ${error.message}`));
    });
    // "close" comes after the last output.
    child.once("close", (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
  return { child, ended };
};

/**
 * Interrupts a process and kills it if it does not end in time.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<void>} settled when it is gone
 */
function stopProcess(child) {
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
exports.stopProcess = stopProcess;

/**
 * Stops every process that was started.
 *
 * @returns {Promise<void>} settled when none is left
 */
exports.stopProcesses = async function stopProcesses() {
  await Promise.all(Array.from(running, stopProcess));
};
