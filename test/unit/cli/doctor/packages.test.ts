import assert from "node:assert/strict";
import { join } from "node:path";

import { checkPackages } from "../../../../provider/cli/doctor/packages";
import { packageVersion } from "../../../../provider/version";
import { writeFiles } from "../../../helpers/quickstart";
import { makeTempFolder } from "../../../helpers/temp-folder";

const sdk = "@pulumi/pulumi";

/** An installed pulumi-fluents. */
function ownPackage(version = packageVersion): Record<string, unknown> {
  return {
    "node_modules/pulumi-fluents/package.json": {
      version,
      exports: { "./runtime": "./runtime.js", "./package.json": "./package.json" },
      peerDependencies: { [sdk]: "^3.216.0" },
    },
    "node_modules/pulumi-fluents/runtime.js": "",
  };
}

/** An installed SDK. */
function sdkPackage(version: string, { parent = "", engines = {} } = {}): Record<string, unknown> {
  const folder = `${parent}node_modules/${sdk}`;
  return {
    [`${folder}/package.json`]: { version, main: "index.js", engines },
    [`${folder}/index.js`]: "",
    [`${folder}/cmd/dynamic-provider/index.js`]: "",
  };
}

function check(files: Record<string, unknown>, nodeVersion?: string) {
  const folder = makeTempFolder();
  writeFiles(folder, files);
  return { folder, findings: checkPackages(folder, nodeVersion) };
}

describe("the check of the packages", () => {
  it("is content with this version of the package and an SDK that it asks for", () => {
    const { findings } = check({ ...ownPackage(), ...sdkPackage("3.216.0") });
    assert.deepEqual(
      findings.map(({ level }) => level),
      ["ok", "ok"],
    );
  });

  it("names both versions where the project has another than the one that checks", () => {
    const { folder, findings } = check({ ...ownPackage("0.0.1"), ...sdkPackage("3.248.0") });
    assert.deepEqual(findings[1], {
      level: "notice",
      title: `the project has pulumi-fluents 0.0.1, and this is ${packageVersion}`,
      mend: `run \`npx pulumi-fluents doctor\` in ${folder}, which is the version that Pulumi loads`,
    });
  });

  it("tells of an SDK outside the range of the package", () => {
    for (const version of ["3.215.9", "2.30.0", "4.0.0"]) {
      const { folder, findings } = check({ ...ownPackage(), ...sdkPackage(version) });
      assert.deepEqual(findings[1], {
        level: "problem",
        title: `${sdk} ${version} is not ^3.216.0`,
        mend: `\`npm install '${sdk}@^3.216.0'\` in ${folder}`,
      });
    }
  });

  it("tells of an SDK that is not for this Node.js", () => {
    const files = { ...ownPackage(), ...sdkPackage("3.276.0", { engines: { node: ">=22" } }) };
    const { folder, findings } = check(files, "20.20.2");
    assert.deepEqual(findings[2], {
      level: "notice",
      title: `${sdk} 3.276.0 needs Node.js >=22, and this is 20.20.2`,
      mend:
        "install a current release of Node.js, see https://nodejs.org/en/download; " +
        `or \`npm install '${sdk}@3.248.0'\` in ${folder}, the last for Node.js 20`,
    });
    assert.equal(check(files, "22.0.0").findings.length, 2);
  });

  it("tells of two copies of the SDK, and where they are", () => {
    const { folder, findings } = check({
      ...ownPackage(),
      ...sdkPackage("3.248.0"),
      ...sdkPackage("3.220.0", { parent: "node_modules/pulumi-fluents/" }),
    });
    assert.equal(findings[2]?.title, `the program and pulumi-fluents load two copies of ${sdk}`);
    assert.equal(
      findings[2].detail,
      `3.248.0 in ${join(folder, "node_modules", sdk)}\n` +
        `3.220.0 in ${join(folder, "node_modules", "pulumi-fluents", "node_modules", sdk)}`,
    );
  });

  it("tells whether what is missing has to be added or only installed, in the words of the package manager", () => {
    for (const [lockFile, install, add] of [
      ["package-lock.json", "npm install", "npm install pulumi-fluents"],
      ["pnpm-lock.yaml", "pnpm install", "pnpm add pulumi-fluents"],
      ["yarn.lock", "yarn install", "yarn add pulumi-fluents"],
      [".pnp.cjs", "yarn config set nodeLinker node-modules && yarn install", "yarn add pulumi-fluents"],
      ["bun.lock", "bun install", "bun add pulumi-fluents"],
    ] as const) {
      const { folder, findings } = check({
        "package.json": { dependencies: { [sdk]: "^3.0.0" } },
        [lockFile]: "",
      });
      assert.deepEqual(
        findings.map(({ level, detail, mend }) => [level, detail, mend]),
        [
          ["problem", "no package.json there or above has it as a dependency", `\`${add}\` in ${folder}`],
          ["problem", "package.json asks for it, but it is not installed", `\`${install}\` in ${folder}`],
        ],
      );
    }
  });
});
