import semver from "semver";

/** What says which release it is. */
export interface ReleaseFacts {
  /** The tag, e.g. `v1.2.3`. */
  readonly tag: string;
  /** Text of `package.json`. */
  readonly manifest: string;
  /** Text of `package-lock.json`. */
  readonly lock: string;
  /** Text of `CHANGELOG.md`. */
  readonly changelog: string;
  /** Text of `README.md`. */
  readonly readme: string;
  /** Address of the repository as npm knows it, `git+https://….git`. Absent outside of CI. */
  readonly repositoryUrl?: string | undefined;
}

/** What came of a check. */
export interface ReleaseCheck {
  /** What has to be mended first, each with how. */
  readonly problems: readonly string[];
  /** What the changelog says of the release, as Markdown without its heading. */
  readonly notes: string;
}

/** Checks that the tag, the version, the changelog and the address of the repository agree. */
export async function checkRelease(facts: ReleaseFacts): Promise<ReleaseCheck> {
  const { version, repository } = JSON.parse(facts.manifest) as {
    version: string;
    repository?: { url?: string };
  };
  const lock = JSON.parse(facts.lock) as { version?: string };
  const problems: string[] = [];
  if (semver.valid(version) !== version || semver.prerelease(version) !== null) {
    problems.push(`package.json: the version ${version} is not of the form X.Y.Z`);
  }
  if (facts.tag !== `v${version}`) {
    problems.push(`the tag is ${facts.tag}, and package.json has the version ${version}: tag v${version}`);
  }
  if (lock.version !== version) {
    problems.push(`package-lock.json has the version ${lock.version ?? "none"}: run \`npm install\``);
  }
  if (facts.readme.includes("not on the npm registry yet")) {
    problems.push("README.md says that the package is not on the npm registry yet: take that sentence out");
  }
  problems.push(...checkRepository(repository?.url, facts.repositoryUrl));
  const { notes, problem } = await readNotes(facts.changelog, version);
  return { problems: problem === undefined ? problems : [...problems, problem], notes };
}

/** npm compares the address with the repository that the provenance names, and refuses the package if they differ. */
function checkRepository(url: string | undefined, expected: string | undefined): string[] {
  if (url === undefined || (expected !== undefined && url !== expected)) {
    const wanted = expected ?? "git+https://github.com/OWNER/NAME.git";
    return [
      `package.json: "repository" is ${url ?? "missing"}, and provenance needs ${wanted}: ` +
        `run \`npm pkg set repository.type=git repository.url=${wanted}\``,
    ];
  }
  return [];
}

async function readNotes(
  changelog: string,
  version: string,
): Promise<{ readonly notes: string; readonly problem?: string }> {
  const { parser } = await import("keep-a-changelog");
  let releases;
  try {
    ({ releases } = parser(changelog));
  } catch (error) {
    return { notes: "", problem: `CHANGELOG.md: ${error instanceof Error ? error.message : String(error)}` };
  }
  const newest = releases.find((release) => release.version !== undefined);
  if (newest?.version !== version) {
    const found = newest?.version ?? "none";
    return { notes: "", problem: `CHANGELOG.md: the newest section is ${found}, not ${version}` };
  }
  if (newest.date === undefined || Number.isNaN(newest.date.getTime())) {
    return { notes: "", problem: `CHANGELOG.md: the section ${version} has no date` };
  }
  if (newest.isEmpty()) {
    return { notes: "", problem: `CHANGELOG.md: the section ${version} is empty` };
  }
  const [, ...lines] = newest.toString().split("\n");
  return { notes: lines.join("\n") };
}
