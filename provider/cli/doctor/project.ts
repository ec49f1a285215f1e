import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { parse } from "yaml";
import { z } from "zod";

import { describeError } from "../../errors";
import { findProjectFile } from "../stack";
import { ok, problem, type Examined } from "./finding";

/** The Pulumi project. */
export interface Project {
  readonly name: string | undefined;
  /** Folder in which Pulumi runs the program and the provider process. */
  readonly programFolder: string;
}

/** Bun runs the program only: the provider needs Node.js beside it. */
const runtimes = ["nodejs", "bun"];

const projectSchema = z.object({
  name: z.string().optional(),
  runtime: z.union([
    z.string(),
    z.object({ name: z.string().optional() }).transform(({ name = "" }) => name),
  ]),
  main: z.string().optional(),
});

/** Finds the project around a folder and where it runs its program. */
export function checkProject(cwd: string): Examined<Project> {
  const file = findProjectFile(cwd);
  if (file === undefined) {
    return {
      findings: [
        problem(`no Pulumi project in ${cwd} or above it`, {
          mend: "run it in the folder of the project's Pulumi.yaml, or give that with `--cwd FOLDER`",
        }),
      ],
    };
  }
  const { name, runtime, main, fault } = readProjectFile(file);
  if (fault !== undefined) {
    return { findings: [problem(`${file} is not a valid project file`, fault)] };
  }
  if (!runtimes.includes(runtime)) {
    return {
      findings: [
        problem(`${file} has the runtime "${runtime}": pulumi-fluents works in Node.js programs only`, {
          mend: `write \`runtime: nodejs\` in ${file}, with a program in TypeScript or JavaScript`,
        }),
      ],
    };
  }
  const folder = dirname(file);
  const program = resolve(folder, main ?? "");
  const stats = statSync(program, { throwIfNoEntry: false });
  if (stats === undefined) {
    return {
      findings: [
        problem(`the program ${program} of ${file} does not exist`, {
          mend: `correct the line \`main: ${main ?? ""}\` in ${file}`,
        }),
      ],
    };
  }
  const programFolder = stats.isDirectory() ? program : dirname(program);
  const where = programFolder === folder ? "" : `, its program in ${programFolder}`;
  return { value: { name, programFolder }, findings: [ok(`project ${file}${where}`)] };
}

function readProjectFile(
  file: string,
):
  | { name: string | undefined; runtime: string; main: string | undefined; fault?: undefined }
  | { name?: undefined; runtime?: undefined; main?: undefined; fault: { detail: string; mend: string } } {
  const mend = `correct ${file}: it needs at least the lines \`name: NAME\` and \`runtime: nodejs\``;
  let content: unknown;
  try {
    content = parse(readFileSync(file, "utf8"));
  } catch (error) {
    // The other lines quote the file.
    const [detail = ""] = describeError(error).split("\n");
    return { fault: { detail, mend } };
  }
  const parsed = projectSchema.safeParse(content);
  return parsed.success
    ? { name: parsed.data.name, runtime: parsed.data.runtime, main: parsed.data.main }
    : { fault: { detail: "`runtime` or `main` is missing or not as it should be", mend } };
}
