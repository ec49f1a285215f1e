import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { addLaunchers, toCliPath } from "./engine-folder";
import { runGo } from "./go";
import { GoBuildCounter, isModuleDownload } from "./go-output";
import { reportWhile, type ReportProgress } from "./progress";
import { engineVersion } from "./versions";
import { deferWordLists } from "./word-lists";

const cliPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

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
  const moduleFolder = await mkdtemp(path.join(tmpdir(), "pulumi-engine-"));
  try {
    const goMod = await deferWordLists(moduleFolder, env);
    await mkdir(path.dirname(toCliPath(folder)), { recursive: true });
    // go.mod and go.sum decide, whatever GOFLAGS there is on the machine. Nobody looks at debugging information. Inlining outside
    // the standard library would take a third of the time, to make no short command faster and an `up` of 300 connections by 4 %.
    const flags = [
      "-mod=readonly",
      `-modfile=${goMod}`,
      "-gcflags=all=-dwarf=false -l",
      "-gcflags=std=-dwarf=false",
    ];
    await buildCli(toCliPath(folder), flags, report, env);
  } finally {
    await rm(moduleFolder, { recursive: true });
  }
  await addLaunchers(folder);
}

async function buildCli(
  file: string,
  flags: readonly string[],
  report: ReportProgress,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const counter = new GoBuildCounter(await listPackagesToCompile(flags, report, env));
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
        ...flags,
        "-v",
        "-ldflags",
        `-s -w -X ${versionVariable}=${engineVersion}`,
        "-o",
        file,
        cliPackage,
      ],
      env,
      (line) => {
        counter.addLine(line);
      },
    ),
  );
}

async function listPackagesToCompile(
  flags: readonly string[],
  report: ReportProgress,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  let modules = 0;
  const format = "{{if .Stale}}{{.ImportPath}}{{end}}";
  const output = await reportWhile(
    report,
    (elapsed) => `downloading the Go modules of the Pulumi engine: ${modules} so far (${elapsed})`,
    runGo(["list", ...flags, "-deps", "-f", format, cliPackage], env, (line) => {
      if (isModuleDownload(line)) {
        modules += 1;
      }
    }),
  );
  return output.split("\n").filter((line) => line !== "");
}
