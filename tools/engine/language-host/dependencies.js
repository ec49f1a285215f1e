"use strict";

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

/**
 * Lists the packages that a program depends on, with the versions that are installed.
 *
 * @param {string} programDirectory
 * @param {boolean} transitive whether to follow the dependencies of dependencies
 * @returns {{ name: string, version: string }[]} sorted by name; empty without a package.json
 */
exports.listDependencies = function listDependencies(programDirectory, transitive) {
  const packageRoot = findUpwards(programDirectory, "package.json");
  if (packageRoot === undefined) {
    return [];
  }
  const found = new Map();
  const queue = [{ directory: packageRoot, direct: true }];
  for (const { directory, direct } of queue) {
    const manifest = readManifest(directory);
    const names = Object.keys({
      ...manifest?.dependencies,
      ...(direct ? manifest?.devDependencies : manifest?.optionalDependencies),
    });
    for (const name of names) {
      const location = findUpwards(directory, path.join("node_modules", name, "package.json"));
      const installed = location && path.join(location, "node_modules", name);
      const version = installed && readManifest(installed)?.version;
      if (version && !found.has(`${name}@${version}`)) {
        found.set(`${name}@${version}`, { name, version });
        if (transitive) {
          queue.push({ directory: fs.realpathSync(installed), direct: false });
        }
      }
    }
  }
  return Array.from(found.values()).sort((a, b) => a.name.localeCompare(b.name));
};

/**
 * Names the package manager of a project.
 *
 * @param {string} programDirectory
 * @param {string} wanted the runtime option `packagemanager`; "auto" looks for a lock file, else it is npm
 * @returns {string}
 */
exports.choosePackageManager = function choosePackageManager(programDirectory, wanted) {
  if (wanted !== "auto") {
    return wanted;
  }
  const directory = findUpwards(programDirectory, "package.json") ?? programDirectory;
  const hasFile = (name) => fs.existsSync(path.join(directory, name));
  if (hasFile("pnpm-lock.yaml")) {
    return "pnpm";
  }
  return hasFile("yarn.lock") && !hasFile("package-lock.json") ? "yarn" : "npm";
};

/**
 * Runs `npm install` (or what the project uses instead) in the program's folder.
 *
 * @param {string} programDirectory
 * @param {string} packageManager
 * @param {(stream: "stdout" | "stderr", chunk: Buffer) => void} onOutput
 * @returns {Promise<void>}
 * @throws {Error} when the package manager is missing or fails
 */
exports.installDependencies = function installDependencies(programDirectory, packageManager, onOutput) {
  return new Promise((resolve, reject) => {
    const child = spawn(packageManager, ["install"], {
      cwd: programDirectory,
      // npm and its kind are batch files on Windows, and those need a shell.
      shell: process.platform === "win32",
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    child.stdout.on("data", (chunk) => onOutput("stdout", chunk));
    child.stderr.on("data", (chunk) => onOutput("stderr", chunk));
    child.once("error", (error) => {
      reject(new Error(`could not run '${packageManager} install' in ${programDirectory}: ${error.message}`));
    });
    child.once("close", (code, signal) => {
      if (code === 0) {
        resolve();
      } else {
        reject(
          new Error(
            `'${packageManager} install' in ${programDirectory} failed (${signal ?? `exit code ${code}`})`,
          ),
        );
      }
    });
  });
};

function findUpwards(start, relativePath) {
  for (let directory = start; ; directory = path.dirname(directory)) {
    if (fs.existsSync(path.join(directory, relativePath))) {
      return directory;
    }
    if (directory === path.dirname(directory)) {
      return undefined;
    }
  }
}

function readManifest(directory) {
  try {
    return JSON.parse(fs.readFileSync(path.join(directory, "package.json"), "utf8"));
  } catch {
    return undefined;
  }
}
