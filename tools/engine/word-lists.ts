import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { runGo } from "./go";

/** Modules that weigh, by lists of words, whether a value that is set in clear looks like a secret. */
const modules = ["github.com/ccojocar/zxcvbn-go", "github.com/nbutton23/zxcvbn-go"];

/** Texts of their files that are replaced. What matches asks for the lists when they are not there yet. */
const edits: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  [path.join("frequency", "frequency.go")]: [["func init() {\n", "func Load() {\n"]],
  [path.join("matching", "matching.go")]: [
    ["func init() {\n\tloadFrequencyList()\n}\n", ""],
    ["func loadFrequencyList() {\n", "func loadFrequencyList() {\n\tfrequency.Load()\n"],
  ],
};

/**
 * Writes a go.mod for an engine that reads these lists when it first needs them. Else every command would do so at its start,
 * for a third of the time that a short one takes.
 *
 * @param folder an empty folder, which the build needs
 * @returns path of the go.mod
 */
export async function deferWordLists(folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  const goMod = path.join(folder, "go.mod");
  await copyFile(path.join(__dirname, "go.mod"), goMod);
  await copyFile(path.join(__dirname, "go.sum"), path.join(folder, "go.sum"));
  for (const module of modules) {
    const answer = await runGo(["mod", "download", "-json", module], env);
    await copyModule((JSON.parse(answer) as { Dir: string }).Dir, path.join(folder, module), module);
  }
  const replacements = modules.map((module) => `-replace=${module}=${path.join(folder, module)}`);
  await runGo(["mod", "edit", ...replacements, goMod], env);
  return goMod;
}

async function copyModule(original: string, copy: string, module: string): Promise<void> {
  for (const name of await readdir(original, { recursive: true })) {
    if (name.endsWith(".go")) {
      let text = await readFile(path.join(original, name), "utf8");
      for (const [from, to] of edits[name] ?? []) {
        if (!text.includes(from)) {
          throw new Error(`${name} of ${module} does not have the text ${JSON.stringify(from)}`);
        }
        text = text.replace(from, to);
      }
      await mkdir(path.dirname(path.join(copy, name)), { recursive: true });
      await writeFile(path.join(copy, name), text);
    }
  }
  await writeFile(path.join(copy, "go.mod"), `module ${module}\n`);
}
