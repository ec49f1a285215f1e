import { readFileSync } from "node:fs";
import { join } from "node:path";

const manifest = JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8")) as {
  version: string;
  engines: { node: string };
};

/** Version of this package. */
export const packageVersion = manifest.version;

/** Range of the versions of Node.js that it runs on. */
export const nodeRange = manifest.engines.node;
