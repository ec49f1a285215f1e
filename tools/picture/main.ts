import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";

import { drawPicture, pictureFile } from "./picture";

/** Runs the demo and draws a part of it. */
async function main(): Promise<void> {
  const demo = spawnSync("npm", ["run", "demo"], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (demo.status !== 0) {
    throw new Error(`the demo failed:\n${demo.stdout}`);
  }
  writeFileSync(pictureFile, await drawPicture(demo.stdout));
}

void main();
