"use strict";

const { LanguageRuntimeService, grpc } = require("./stubs.js");
const { createLanguageRuntime } = require("./service.js");
const { stopProcesses } = require("./node-processes.js");

// The engine's address is the last argument; flags such as --tracing and -v come before it.
const engineAddress = process.argv.length > 2 ? process.argv[process.argv.length - 1] : "";

// Pulumi's own pulumi-language-bun is no more than this host, started with `-runtime bun`.
const runtimeFlag = process.argv.indexOf("-runtime");
const executable = runtimeFlag < 0 ? process.execPath : process.argv[runtimeFlag + 1];

const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
server.addService(LanguageRuntimeService, createLanguageRuntime(engineAddress, executable));
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    process.stderr.write(`pulumi-language-nodejs could not listen: ${error.message}\n`);
    process.exit(1);
  }
  // The engine reads this line to know where to call.
  process.stdout.write(`${port}\n`);
});

let stopping = false;
async function stop() {
  if (!stopping) {
    stopping = true;
    await stopProcesses();
    process.exit(0);
  }
}

// The engine starts this host in a process group of its own, so Ctrl-C in the terminal does not come here:
// a signal is the engine's own word that it is done.
process.on("SIGINT", stop);
process.on("SIGTERM", stop);

// The engine holds the other end of stdin for as long as it lives; a killed engine cannot send a signal.
// Without an address the host was started by hand, to attach to, and stdin says nothing.
if (engineAddress) {
  process.stdin.on("end", interruptGroup);
  process.stdin.on("error", interruptGroup);
  process.stdin.resume();
}

// What the engine would have done: the program may have started processes that nobody else can find.
function interruptGroup() {
  try {
    process.kill(-process.pid, "SIGINT");
  } catch {
    void stop();
  }
}
