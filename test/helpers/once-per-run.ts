import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { withLock } from "../../tools/engine/folder-lock";
import { isOfThisRun } from "./temp-folder";

const answers = new Map<string, Promise<unknown>>();

/**
 * Does work that all suites need once in a run, whichever test process comes first, and gives its answer to each.
 *
 * @param work its answer must survive JSON
 */
export function oncePerRun<T>(name: string, work: () => Promise<T>): Promise<T> {
  const answer = answers.get(name) ?? shareAnswer(name, work);
  answers.set(name, answer);
  return answer as Promise<T>;
}

async function shareAnswer<T>(name: string, work: () => Promise<T>): Promise<T> {
  const folder = tmpdir();
  if (!isOfThisRun(folder)) {
    return work();
  }
  const file = join(folder, `${name}.answer`);
  return withLock(
    `${file}.lock`,
    () => undefined,
    async () => {
      if (!existsSync(file)) {
        writeFileSync(file, JSON.stringify(await work()));
      }
      return JSON.parse(readFileSync(file, "utf8")) as T;
    },
  );
}
