import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { runCommand } from "./run-command";
import { makeTempFolder } from "./temp-folder";

const repository = join(__dirname, "..", "..");

/** Release of Pulumi's SDK that consumers under test install: the one that this repository is built with. */
export const sdkVersion = (
  JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
    devDependencies: { "@pulumi/pulumi": string };
  }
).devDependencies["@pulumi/pulumi"];

let tarball: Promise<string> | undefined;
let consumer: Promise<string> | undefined;

/** Packs the built package as it would be published, once in a run. Gives the tarball's path. */
export function packPackage(): Promise<string> {
  tarball ??= (async () => {
    const folder = makeTempFolder();
    const { stdout } = await runCommand(
      "npm",
      ["pack", "--json", "--ignore-scripts", "--pack-destination", folder],
      { cwd: repository, env: process.env },
    );
    const [packed] = JSON.parse(stdout) as [{ filename: string }];
    return join(folder, packed.filename);
  })();
  return tarball;
}

/** A folder outside the repository in which npm has installed the tarball and Pulumi's SDK, once in a run. */
export function installConsumer(): Promise<string> {
  consumer ??= (async () => {
    const folder = makeTempFolder();
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true }));
    await runCommand(
      "npm",
      ["install", `@pulumi/pulumi@${sdkVersion}`, "typescript@6", await packPackage()],
      {
        cwd: folder,
        env: process.env,
      },
    );
    return folder;
  })();
  return consumer;
}

/** Environment in which npm asks the registry only for what its cache lacks. */
export const quickNpm = {
  npm_config_prefer_offline: "true",
  npm_config_audit: "false",
  npm_config_fund: "false",
} as const;

/** Sets the versions of dependencies that a `package.json` has. */
export function setVersions(file: string, versions: Readonly<Record<string, string>>): void {
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { dependencies?: Record<string, string> };
  for (const [name, version] of Object.entries(versions)) {
    if (manifest.dependencies?.[name] !== undefined) {
      manifest.dependencies[name] = version;
    }
  }
  writeFileSync(file, JSON.stringify(manifest, undefined, 2));
}
