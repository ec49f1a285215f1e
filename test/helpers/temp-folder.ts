import { spawn } from "node:child_process";
import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const prefix = "pulumi-fluents-test-";

const folders: string[] = [];

/** Removes the folders that are its arguments. */
const removal =
  "for (const folder of process.argv.slice(1)) fs.rmSync(folder, { recursive: true, force: true })";

process.once("exit", () => {
  if (folders.length > 0) {
    // By a process of its own: all files of a run would take minutes.
    spawn(process.execPath, ["--eval", removal, ...folders], { detached: true, stdio: "ignore" }).unref();
  }
});

/**
 * Lets all test processes make their temporary folders and files in one folder, which goes with the main process. Mocha
 * calls it there before the workers start, which it later ends before they could remove anything themselves.
 */
export function mochaGlobalSetup(): void {
  process.env.TMPDIR = makeTempFolder();
}

/** Makes an empty folder outside the repository, which is removed when the process ends that made the outermost one. */
export function makeTempFolder(): string {
  const parent = realpathSync(tmpdir());
  const folder = mkdtempSync(join(parent, prefix));
  if (!isOfThisRun(parent)) {
    folders.push(folder);
  }
  return folder;
}

/** Whether a folder goes away with the run of the tests. */
export function isOfThisRun(folder: string): boolean {
  return basename(folder).startsWith(prefix);
}
