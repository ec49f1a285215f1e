import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { z } from "zod";

import { nodeMend } from "../../node-version";
import { packageVersion } from "../../version";
import { notice, ok, problem, type Finding } from "./finding";
import { findPackageManager } from "./package-manager";
import { isInRange } from "./tools";

const sdkName = "@pulumi/pulumi";
const lastSdkForNode20 = "3.248.0";
const ownName = "pulumi-fluents";

const manifestSchema = z.object({
  version: z.string().default("0.0.0"),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
  engines: z.object({ node: z.string() }).catch({ node: "*" }),
});

type Manifest = z.infer<typeof manifestSchema>;

/** An installed package. */
interface Installed {
  readonly folder: string;
  readonly manifest: Manifest;
}

/**
 * Checks that the provider process, which Pulumi runs in this folder, finds its packages, which ones it finds, and
 * whether they are for this Node.js.
 */
export function checkPackages(programFolder: string, nodeVersion = process.versions.node): Finding[] {
  const ownPackage = findPackage(programFolder, ownName, `${ownName}/runtime`);
  const sdk = findPackage(programFolder, sdkName, `${sdkName}/cmd/dynamic-provider`);
  return [
    ...(ownPackage === undefined
      ? [describeMissing(programFolder, ownName)]
      : checkOwnVersion(programFolder, ownPackage)),
    sdk === undefined
      ? describeMissing(programFolder, sdkName)
      : checkSdkVersion(programFolder, sdk, ownPackage ?? readOwnPackage()),
    ...(sdk === undefined ? [] : checkSdkNode(programFolder, sdk, nodeVersion)),
    ...(ownPackage === undefined || sdk === undefined ? [] : checkSdkCopies(programFolder, sdk, ownPackage)),
  ];
}

function checkOwnVersion(programFolder: string, { manifest: { version } }: Installed): Finding[] {
  const resolves = ok(`${ownName} ${version} resolves from ${programFolder}`);
  return version === packageVersion
    ? [resolves]
    : [
        resolves,
        notice(`the project has ${ownName} ${version}, and this is ${packageVersion}`, {
          mend: `run \`npx ${ownName} doctor\` in ${programFolder}, which is the version that Pulumi loads`,
        }),
      ];
}

function checkSdkVersion(programFolder: string, sdk: Installed, ownPackage: Installed): Finding {
  const { version } = sdk.manifest;
  const range = ownPackage.manifest.peerDependencies[sdkName] ?? "*";
  return isInRange(version, range)
    ? ok(`${sdkName} ${version} resolves from ${programFolder}`)
    : problem(`${sdkName} ${version} is not ${range}`, {
        mend: `\`${findPackageManager(programFolder).add} '${sdkName}@${range}'\` in ${programFolder}`,
      });
}

function checkSdkNode(programFolder: string, sdk: Installed, nodeVersion: string): Finding[] {
  const { version, engines } = sdk.manifest;
  if (isInRange(nodeVersion, engines.node)) {
    return [];
  }
  const add = `${findPackageManager(programFolder).add} '${sdkName}@${lastSdkForNode20}'`;
  return [
    notice(`${sdkName} ${version} needs Node.js ${engines.node}, and this is ${nodeVersion}`, {
      mend: `${nodeMend}; or \`${add}\` in ${programFolder}, the last for Node.js 20`,
    }),
  ];
}

/** Two copies of one version work together; that any two do is promised nowhere. */
function checkSdkCopies(programFolder: string, sdk: Installed, ownPackage: Installed): Finding[] {
  const other = findPackage(ownPackage.folder, sdkName, sdkName);
  if (other === undefined || other.folder === sdk.folder) {
    return [];
  }
  const { dedupe, why } = findPackageManager(programFolder);
  return [
    notice(`the program and ${ownName} load two copies of ${sdkName}`, {
      detail: [sdk, other].map(({ folder, manifest }) => `${manifest.version} in ${folder}`).join("\n"),
      mend: `\`${dedupe}\` in ${programFolder}; if there are still two, \`${why} ${sdkName}\` says who asks for them`,
    }),
  ];
}

function describeMissing(programFolder: string, name: string): Finding {
  const { install, add } = findPackageManager(programFolder);
  const isDeclared = isDeclaredIn(programFolder, name);
  return problem(`${name} does not resolve from ${programFolder}, where Pulumi runs the provider process`, {
    detail: isDeclared
      ? "package.json asks for it, but it is not installed"
      : "no package.json there or above has it as a dependency",
    mend: isDeclared ? `\`${install}\` in ${programFolder}` : `\`${add} ${name}\` in ${programFolder}`,
  });
}

function isDeclaredIn(folder: string, name: string): boolean {
  const file = join(folder, "package.json");
  const { dependencies, devDependencies } = existsSync(file) ? readManifest(file) : manifestSchema.parse({});
  const parent = dirname(folder);
  return name in dependencies || name in devDependencies || (parent !== folder && isDeclaredIn(parent, name));
}

/** The package as Node.js finds it from a folder; absent if it does not find this module of it. */
function findPackage(folder: string, name: string, module: string): Installed | undefined {
  const { resolve } = createRequire(join(folder, "/"));
  try {
    resolve(module);
    const manifest = resolve(`${name}/package.json`);
    return { folder: dirname(manifest), manifest: readManifest(manifest) };
  } catch {
    return undefined;
  }
}

function readOwnPackage(): Installed {
  const folder = join(__dirname, "..", "..", "..");
  return { folder, manifest: readManifest(join(folder, "package.json")) };
}

function readManifest(file: string): Manifest {
  return manifestSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}
