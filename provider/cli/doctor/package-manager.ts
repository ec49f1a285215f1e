import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The commands of a package manager. */
export interface PackageManager {
  /** Installs what package.json asks for. */
  readonly install: string;
  /** Adds packages to package.json, which follow it. */
  readonly add: string;
  /** Makes one copy of several where versions allow it. */
  readonly dedupe: string;
  /** Tells who asks for a package, whose name follows. */
  readonly why: string;
}

const npm: PackageManager = {
  install: "npm install",
  add: "npm install",
  dedupe: "npm dedupe",
  why: "npm explain",
};

const yarn: PackageManager = {
  install: "yarn install",
  add: "yarn add",
  dedupe: "yarn dedupe",
  why: "yarn why",
};

const byLockFile: Readonly<Record<string, PackageManager>> = {
  "package-lock.json": npm,
  "pnpm-lock.yaml": {
    install: "pnpm install",
    add: "pnpm add",
    dedupe: "pnpm dedupe",
    why: "pnpm why",
  },
  // Plug'n'Play: Pulumi finds nothing without `node_modules`.
  ".pnp.cjs": { ...yarn, install: "yarn config set nodeLinker node-modules && yarn install" },
  "yarn.lock": yarn,
  "bun.lock": { install: "bun install", add: "bun add", dedupe: "bun update", why: "bun why" },
};

/** The package manager whose lock file is nearest, in the folder or above; npm where there is none. */
export function findPackageManager(folder: string): PackageManager {
  const found = Object.entries(byLockFile).find(([file]) => existsSync(join(folder, file)))?.[1];
  const parent = dirname(folder);
  return found ?? (parent === folder ? npm : findPackageManager(parent));
}
