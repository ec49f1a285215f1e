import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { checkRelease, type ReleaseFacts } from "../../../tools/release/check-release";

const url = "git+https://github.com/acme/fluents.git";
const heading = "# Changelog\n\n";
const section = "## [1.2.3] - 2026-11-24\n\n### Fixed\n\n- Something.\n";

function describeRelease(
  facts: Partial<ReleaseFacts> = {},
  manifest: Readonly<Record<string, unknown>> = {},
): ReleaseFacts {
  return {
    tag: "v1.2.3",
    manifest: JSON.stringify({ version: "1.2.3", repository: { url }, ...manifest }),
    lock: JSON.stringify({ version: "1.2.3" }),
    changelog: heading + section,
    readme: "# Fluents\n",
    repositoryUrl: url,
    ...facts,
  };
}

describe("the check of a release", () => {
  it("gives the changelog's section where everything agrees", async () => {
    assert.deepEqual(await checkRelease(describeRelease()), {
      problems: [],
      notes: "### Fixed\n- Something.",
    });
    assert.deepEqual((await checkRelease(describeRelease({ repositoryUrl: undefined }))).problems, []);
  });

  const mistakes: readonly (readonly [string, ReleaseFacts, RegExp])[] = [
    ["another tag", describeRelease({ tag: "v1.2.4" }), /the tag is v1\.2\.4, .*: tag v1\.2\.3$/],
    ["a tag without v", describeRelease({ tag: "1.2.3" }), /the tag is 1\.2\.3/],
    [
      "an old lock file",
      describeRelease({ lock: '{"version":"1.2.2"}' }),
      /package-lock\.json has .* 1\.2\.2/,
    ],
    [
      "a pre-release",
      describeRelease(
        {
          tag: "v1.2.3-rc.1",
          lock: '{"version":"1.2.3-rc.1"}',
          changelog: heading + section.replace("1.2.3", "1.2.3-rc.1"),
        },
        { version: "1.2.3-rc.1" },
      ),
      /is not of the form X\.Y\.Z/,
    ],
    [
      "no repository",
      describeRelease({}, { repository: undefined }),
      /"repository" is missing, .*acme\/fluents/,
    ],
    [
      "no repository, outside of CI",
      describeRelease({ repositoryUrl: undefined }, { repository: undefined }),
      /"repository" is missing, .*OWNER\/NAME/,
    ],
    [
      "another repository",
      describeRelease({ repositoryUrl: "git+https://a.b/c.git" }),
      /"repository" is git\+https/,
    ],
    ["no section", describeRelease({ changelog: heading }), /the newest section is none, not 1\.2\.3/],
    [
      "another section",
      describeRelease({
        changelog: `${heading}## [1.3.0] - 2026-11-25\n\n### Added\n\n- More.\n\n${section}`,
      }),
      /the newest section is 1\.3\.0/,
    ],
    [
      "a section without date",
      describeRelease({ changelog: heading + section.replace("2026-11-24", "Unreleased") }),
      /the section 1\.2\.3 has no date/,
    ],
    [
      "a section with a date that is none",
      describeRelease({ changelog: heading + section.replace("2026-11-24", "2026-13-24") }),
      /the section 1\.2\.3 has no date/,
    ],
    [
      "an empty section",
      describeRelease({ changelog: `${heading}## [1.2.3] - 2026-11-24\n` }),
      /the section 1\.2\.3 is empty/,
    ],
    [
      "a README of before the first release",
      describeRelease({ readme: "The package is not on the npm registry yet: pack it.\n" }),
      /^README\.md says that .* take that sentence out$/,
    ],
    ["a file that is no changelog", describeRelease({ changelog: "nothing" }), /^CHANGELOG\.md: /],
  ];
  for (const [mistake, facts, problem] of mistakes) {
    it(`finds ${mistake}, and nothing else`, async () => {
      const { problems, notes } = await checkRelease(facts);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", problem);
      assert.ok(notes === "" || !/^CHANGELOG/.test(problems[0] ?? ""));
    });
  }

  it("finds nothing wrong with this repository, but what is so before the first release", async () => {
    const read = (file: string) => readFileSync(join(__dirname, "..", "..", "..", file), "utf8");
    const manifest = JSON.parse(read("package.json")) as { version: string };
    const { problems } = await checkRelease({
      tag: `v${manifest.version}`,
      manifest: JSON.stringify({ ...manifest, repository: { url } }),
      lock: read("package-lock.json"),
      changelog: read("CHANGELOG.md"),
      readme: read("README.md"),
    });
    assert.deepEqual(
      problems.filter((problem) => !problem.startsWith("README.md ")),
      [],
    );
  });
});
