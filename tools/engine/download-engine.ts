import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import { clearTimeout, setTimeout } from "node:timers";
import { hasEngine } from "./engine-folder";
import { formatDuration, reportWhile, type ReportProgress } from "./progress";
import { engineVersion } from "./versions";

const downloadTimeoutMs = 5 * 60_000;

/**
 * Downloads Pulumi's official bundle into an engine folder, with the installer of the Automation API.
 * Gives up after 20 seconds without a first answer, and after five minutes in all.
 *
 * @throws {Error} when the download fails or takes too long
 */
export async function downloadEngine(
  folder: string,
  report: ReportProgress,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const limit = formatDuration(downloadTimeoutMs);
  report(`downloading the Pulumi engine ${engineVersion}`);
  await reportWhile(
    report,
    (elapsed) => `downloading the Pulumi engine ${engineVersion} (${elapsed}; gives up after ${limit})`,
    runInstaller(folder, env),
  );
  if (!hasEngine(folder)) {
    throw new Error("the installer ended without an error, but there is no CLI");
  }
}

function runInstaller(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [path.join(__dirname, "install-official-cli.js"), folder, engineVersion],
      {
        detached: process.platform !== "win32",
        env,
        stdio: ["ignore", "ignore", "ignore", "ipc"],
        windowsHide: true,
      },
    );
    let problem: string | undefined;
    const timer = setTimeout(() => {
      problem = `not done after ${formatDuration(downloadTimeoutMs)}`;
      killInstaller(child);
    }, downloadTimeoutMs);
    child.once("message", (message: { problem: string }) => {
      problem = message.problem;
    });
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) {
        resolve();
      } else {
        reject(new Error(problem ?? `the installer ended with ${signal ?? `exit code ${String(code)}`}`));
      }
    });
  });
}

function killInstaller(child: ChildProcess): void {
  if (process.platform === "win32" || child.pid === undefined) {
    child.kill();
  } else {
    // The installer starts a shell, and that a download tool: the whole group has to go.
    process.kill(-child.pid, "SIGKILL");
  }
}
