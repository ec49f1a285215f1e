"use strict";

// Runs in a process of its own, because PulumiCommand.install cannot be stopped: node install-official-cli.js FOLDER VERSION

const { createRequire } = require("node:module");

const ANSWER_TIMEOUT_MS = 20_000;

const [root, version] = process.argv.slice(2);
const sdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const { PulumiCommand } = sdk("./automation");
const { SemVer } = sdk("semver");

// The SDK waits two minutes for the first answer. Where the network is closed that is too long to look at nothing.
const fetch = globalThis.fetch;
globalThis.fetch = (url, options) =>
  fetch(url, { ...options, signal: globalThis.AbortSignal.timeout(ANSWER_TIMEOUT_MS) });

// The parent is gone: so must be the installation script and what it started, all in this process group.
process.on("disconnect", () => {
  process.kill(process.platform === "win32" ? process.pid : -process.pid, "SIGKILL");
});

PulumiCommand.install({ root, version: new SemVer(version) }).then(
  () => process.exit(0),
  (error) => {
    process.send({ problem: error.message }, () => process.exit(1));
  },
);
