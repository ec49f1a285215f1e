/*
 * Says whether what is checked out can be released, and prints what the changelog says of it:
 *
 *     npm run release:check             # as the version in package.json
 *     npm run release:check -- v1.2.3   # as that tag
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { checkRelease } from "./check-release";

function readText(file: string): string {
  return readFileSync(join(__dirname, "..", "..", file), "utf8");
}

/** Address of the repository that a workflow of GitHub runs in. */
function readRepositoryUrl(): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
  return server === undefined || name === undefined ? undefined : `git+${server}/${name}.git`;
}

async function main(): Promise<void> {
  const manifest = readText("package.json");
  const { problems, notes } = await checkRelease({
    tag: process.argv[2] ?? `v${(JSON.parse(manifest) as { version: string }).version}`,
    manifest,
    lock: readText("package-lock.json"),
    changelog: readText("CHANGELOG.md"),
    readme: readText("README.md"),
    repositoryUrl: readRepositoryUrl(),
  });
  for (const problem of problems) {
    console.error(problem);
  }
  if (problems.length > 0) {
    process.exitCode = 1;
  } else {
    console.log(notes);
  }
}

void main();
