"use strict";

const { findSdkCommand, startProcess, stopProcess } = require("./node-processes.js");
const { startPolicyProxy } = require("./policy-proxy.js");
const { readRuntimeOptions, toOptionsEnvironment } = require("./runtime-options.js");

/**
 * Serves `RunPlugin` for a policy pack: starts the SDK's own runner, as installed in the pack, once the engine has told
 * which stack it is for, and passes on what the pack prints until it ends.
 *
 * @param {import("@pulumi/pulumi/proto/language_pb").RunPluginRequest} request
 * @param {(stream: "stdout" | "stderr", chunk: Buffer) => void} onOutput
 * @param {(stop: () => void) => void} onCancelled registers what to do when the engine gives the call up
 * @returns {Promise<void>} settled when the pack ended, or the engine has given it up
 * @throws {Error} when the pack cannot be started or ends with an error
 */
exports.runPolicyPack = async function runPolicyPack(request, onOutput, onCancelled) {
  const directory = request.getInfo().getProgramDirectory();
  const options = readRuntimeOptions(request.getInfo());
  const runner = findSdkCommand(directory, "run-policy-pack");

  let endCall;
  const callEnded = new Promise((resolve) => (endCall = resolve));
  const proxy = await startPolicyProxy(async (stack) => {
    const { child, ended } = startProcess(process.execPath, [runner, ...request.getArgsList(), directory], {
      cwd: directory,
      env: {
        ...readEnvironment(request.getEnvList()),
        ...toOptionsEnvironment(options),
        ...(stack && toStackEnvironment(stack)),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    endCall(ended);
    onCancelled(() => stopProcess(child));
    child.stderr.on("data", (chunk) => onOutput("stderr", chunk));
    return readPort(child.stdout, (chunk) => onOutput("stdout", chunk));
  });
  onCancelled(() => endCall({ code: 0 }));
  onOutput("stdout", Buffer.from(`${proxy.port}\n`));
  try {
    const { code, signal } = await callEnded;
    if (code !== 0) {
      throw new Error(
        signal ? `Program was ended by signal ${signal}` : `Program exited with non-zero exit code: ${code}`,
      );
    }
  } finally {
    proxy.close();
  }
};

/** Gives the number in the first line of a stream, and what comes after it to `onRest`. */
function readPort(stdout, onRest) {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const onHead = (chunk) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\n");
      if (end >= 0) {
        stdout.off("data", onHead).on("data", onRest);
        if (end + 1 < head.length) {
          onRest(head.subarray(end + 1));
        }
        resolve(Number(head.subarray(0, end).toString()));
      }
    };
    stdout.on("data", onHead);
    stdout.once("end", () => reject(new Error("it ended before it listened")));
  });
}

function readEnvironment(lines) {
  return Object.fromEntries(
    lines.map((line) => {
      // Windows has names that begin with "=".
      const end = line.indexOf("=", 1);
      return [line.slice(0, end), line.slice(end + 1)];
    }),
  );
}

// What `pulumi.getStack()`, its kin and `pulumi.Config` read in the pack.
function toStackEnvironment(stack) {
  return {
    PULUMI_NODEJS_ORGANIZATION: stack.getOrganization(),
    PULUMI_NODEJS_PROJECT: stack.getProject(),
    PULUMI_NODEJS_STACK: stack.getStack(),
    PULUMI_NODEJS_DRY_RUN: String(stack.getDryRun()),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(stack.getConfigMap().toArray())),
  };
}
