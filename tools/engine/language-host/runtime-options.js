"use strict";

/**
 * @typedef {object} RuntimeOptions
 * @property {boolean} typescript whether ts-node is loaded before the program; true unless set
 * @property {string} tsconfig path of the tsconfig file; "" leaves the choice to the SDK
 * @property {string[]} nodeArgs arguments for node itself, before the program
 * @property {string} packageManager "auto" unless set
 */

const PACKAGE_MANAGERS = ["auto", "npm", "yarn", "pnpm", "bun"];

/**
 * Reads `runtime.options` of Pulumi.yaml.
 *
 * @param {import("@pulumi/pulumi/proto/language_pb").ProgramInfo | undefined} info
 * @returns {RuntimeOptions}
 * @throws {Error} when an option has the wrong type
 */
exports.readRuntimeOptions = function readRuntimeOptions(info) {
  const options = info?.getOptions()?.toJavaScript() ?? {};
  const typescript = options.typescript ?? true;
  if (typeof typescript !== "boolean") {
    throw new Error("runtime option 'typescript' in Pulumi.yaml must be true or false");
  }
  const packageManager = readText(options, "packagemanager") || "auto";
  if (!PACKAGE_MANAGERS.includes(packageManager)) {
    throw new Error(
      `runtime option 'packagemanager' in Pulumi.yaml must be one of ${PACKAGE_MANAGERS.join(", ")}, not '${packageManager}'`,
    );
  }
  return {
    typescript,
    tsconfig: readText(options, "tsconfig"),
    nodeArgs: splitArguments(readText(options, "nodeargs")),
    packageManager,
  };
};

/**
 * Gives the options that the SDK reads from the environment.
 *
 * @param {RuntimeOptions} options
 * @returns {Record<string, string>}
 */
exports.toOptionsEnvironment = function toOptionsEnvironment({ typescript, tsconfig }) {
  return {
    ...(typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(tsconfig && { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
};

/**
 * Splits a command line into arguments: white space separates, quotes and a backslash keep it.
 *
 * @param {string} line
 * @returns {string[]}
 * @throws {Error} when a quote is not closed
 */
function splitArguments(line) {
  const args = [];
  let current;
  let quote = "";
  for (let index = 0; index < line.length; index += 1) {
    const char = line[index];
    if (char === "\\" && quote !== "'" && index + 1 < line.length) {
      index += 1;
      current = (current ?? "") + line[index];
    } else if (quote) {
      if (char === quote) {
        quote = "";
      } else {
        current += char;
      }
    } else if (char === '"' || char === "'") {
      quote = char;
      current ??= "";
    } else if (/\s/.test(char)) {
      if (current !== undefined) {
        args.push(current);
      }
      current = undefined;
    } else {
      current = (current ?? "") + char;
    }
  }
  if (quote) {
    throw new Error(`runtime option 'nodeargs' in Pulumi.yaml has a ${quote} that is not closed`);
  }
  if (current !== undefined) {
    args.push(current);
  }
  return args;
}

function readText(options, name) {
  const value = options[name] ?? "";
  if (typeof value !== "string") {
    throw new Error(`runtime option '${name}' in Pulumi.yaml must be text`);
  }
  return value;
}
