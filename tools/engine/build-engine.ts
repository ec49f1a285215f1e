import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { addLaunchers, toCliPath } from "./engine-folder";
import { GoBuildCounter, isModuleDownload, toFailureReason } from "./go-output";
import { reportWhile, type ReportProgress } from "./progress";
import { engineVersion } from "./versions";

const cliPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

// The checked-in go.mod and go.sum decide, whatever go.work or GOFLAGS there is on the machine. Debugging information,
// which nobody looks at, would take 8 % of the time.
const buildFlags = ["-mod=readonly", "-gcflags=all=-dwarf=false"];

/**
 * Builds the Pulumi CLI with the Go toolchain into an engine folder, and puts the launchers beside it.
 *
 * @throws {Error} when Go is missing, too old (it needs the version in go.mod) or fails; the message has Go's own words
 */
export async function buildEngine(
  folder: string,
  report: ReportProgress,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await mkdir(path.dirname(toCliPath(folder)), { recursive: true });
  const counter = new GoBuildCounter(await listPackagesToCompile(report, env));
  report(`building the Pulumi engine ${engineVersion} with Go: ${counter.total} packages to compile`);
  await reportWhile(
    report,
    (elapsed) => {
      const state = counter.done < counter.total ? `${counter.done} of ${counter.total} packages` : "linking";
      return `building the Pulumi engine ${engineVersion} with Go: ${state} (${elapsed})`;
    },
    runGo(
      [
        "build",
        ...buildFlags,
        "-v",
        "-ldflags",
        `-s -w -X ${versionVariable}=${engineVersion}`,
        "-o",
        toCliPath(folder),
        cliPackage,
      ],
      env,
      (line) => {
        counter.addLine(line);
      },
    ),
  );
  await addLaunchers(folder);
}

async function listPackagesToCompile(report: ReportProgress, env: NodeJS.ProcessEnv): Promise<string[]> {
  let modules = 0;
  const format = "{{if .Stale}}{{.ImportPath}}{{end}}";
  const output = await reportWhile(
    report,
    (elapsed) => `downloading the Go modules of the Pulumi engine: ${modules} so far (${elapsed})`,
    runGo(["list", ...buildFlags, "-deps", "-f", format, cliPackage], env, (line) => {
      if (isModuleDownload(line)) {
        modules += 1;
      }
    }),
  );
  return output.split("\n").filter((line) => line !== "");
}

function runGo(args: string[], env: NodeJS.ProcessEnv, onErrorLine: (line: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("go", args, {
      cwd: __dirname,
      env: { ...env, GOWORK: "off" },
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    const output: string[] = [];
    const errorLines: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => output.push(chunk));
    createInterface({ input: child.stderr }).on("line", (line) => {
      errorLines.push(line);
      onErrorLine(line);
    });
    child.once("error", (error: NodeJS.ErrnoException) => {
      reject(new Error(error.code === "ENOENT" ? "go is not on PATH" : `could not run go: ${error.message}`));
    });
    child.once("close", (code, signal) => {
      if (code === 0) {
        resolve(output.join(""));
      } else {
        const how = signal ?? `exit code ${String(code)}`;
        reject(new Error(`go ${String(args[0])} failed (${how}):\n${toFailureReason(errorLines)}`));
      }
    });
  });
}
