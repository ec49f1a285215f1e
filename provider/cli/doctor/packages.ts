import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { z } from "zod";

import { packageVersion } from "../../version";
import { notice, ok, problem, type Finding } from "./finding";
import { findPackageManager } from "./package-manager";
import { isInRange } from "./tools";

const sdk = "@pulumi/pulumi";
const own = "pulumi-fluents";

const manifestSchema = z.object({
  version: z.string().default("0.0.0"),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
});

type Manifest = z.infer<typeof manifestSchema>;

/** An installed package. */
interface Installed {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Checks that the provider process, which Pulumi runs in this folder, finds its packages, and which ones it finds. */
export function checkPackages(programFolder: string): Finding[] {
  const package_ = findPackage(programFolder, own, `${own}/runtime`);
  const sdkOfProgram = findPackage(programFolder, sdk, `${sdk}/cmd/dynamic-provider`);
  return [
    ...(package_ === undefined
      ? [describeMissing(programFolder, own)]
      : [ok(`${own} ${package_.manifest.version} resolves from ${programFolder}`)]),
    ...(package_ === undefined || package_.manifest.version === packageVersion
      ? []
      : [
          notice(`the project has ${own} ${package_.manifest.version}, and this is ${packageVersion}`, {
            mend: `run \`npx ${own} doctor\` in ${programFolder}, which is the version that Pulumi loads`,
          }),
        ]),
    ...(sdkOfProgram === undefined
      ? [describeMissing(programFolder, sdk)]
      : [checkSdkVersion(programFolder, sdkOfProgram, package_)]),
    ...(package_ === undefined || sdkOfProgram === undefined
      ? []
      : checkSdkCopies(programFolder, sdkOfProgram, package_)),
  ];
}

function checkSdkVersion(programFolder: string, found: Installed, package_: Installed | undefined): Finding {
  const { version } = found.manifest;
  const range = (package_ ?? readOwnPackage()).manifest.peerDependencies[sdk] ?? "*";
  return isInRange(version, range)
    ? ok(`${sdk} ${version} resolves from ${programFolder}`)
    : problem(`${sdk} ${version} is not ${range}`, {
        mend: `\`${findPackageManager(programFolder).add} '${sdk}@${range}'\` in ${programFolder}`,
      });
}

/** The package's half of the program would register its resources with an SDK that knows of no engine. */
function checkSdkCopies(programFolder: string, sdkOfProgram: Installed, package_: Installed): Finding[] {
  const other = findPackage(package_.folder, sdk, sdk);
  if (other === undefined || other.folder === sdkOfProgram.folder) {
    return [];
  }
  const { dedupe, why } = findPackageManager(programFolder);
  return [
    notice(`the program and ${own} load two copies of ${sdk}`, {
      detail: [sdkOfProgram, other]
        .map(({ folder, manifest }) => `${manifest.version} in ${folder}`)
        .join("\n"),
      mend: `\`${dedupe}\` in ${programFolder}; if there are still two, \`${why} ${sdk}\` says who asks for them`,
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
