import { readFileSync } from "node:fs";

import { parse } from "yaml";
import { z } from "zod";

import { findProjectFile } from "./stack";

const projectSchema = z.object({ name: z.string() });

/** Name of the Pulumi project around a folder, the namespace of its config keys; absent if there is none. */
export function readProjectName(folder: string): string | undefined {
  const file = findProjectFile(folder);
  const project = file === undefined ? undefined : projectSchema.safeParse(parse(readFileSync(file, "utf8")));
  return project?.data?.name;
}
