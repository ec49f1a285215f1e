import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folders: string[] = [];

process.once("exit", () => {
  for (const folder of folders) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another process still writes in it, or removes it too: no failure of the tests.
    }
  }
});

/**
 * Lets all test processes make their temporary folders and files in one folder, which is removed in the end. Mocha calls it
 * in the main process before the workers start, which it later ends before they could remove anything themselves.
 */
export function mochaGlobalSetup(): void {
  process.env.TMPDIR = makeTempFolder();
}

/** Makes an empty folder outside the repository, which is removed when the process ends. */
export function makeTempFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-fluents-test-")));
  folders.push(folder);
  return folder;
}
