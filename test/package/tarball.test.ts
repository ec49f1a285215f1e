import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { posix } from "node:path";

import ts from "typescript";

import { packPackage } from "../helpers/package";
import { runCommand } from "../helpers/run-command";

/** Most bytes of the tarball. */
const largestTarball = 150_000;

/** What ships beside the code: npm adds all but the changelog by itself. */
const papers = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];

describe("the packed package", function () {
  this.timeout("1 min");

  let tarball: Buffer<ArrayBuffer>;
  let files: string[];
  let readPacked: (file: string) => string;

  before(async () => {
    const path = await packPackage();
    tarball = readFileSync(path);
    const { createPackageFromTarballData } = await import("@arethetypeswrong/core");
    const packed = createPackageFromTarballData(new Uint8Array(tarball));
    const root = "/node_modules/pulumi-fluents/";
    const { stdout } = await runCommand("tar", ["--list", "--file", path], { cwd: "/" });
    files = stdout
      .trim()
      .split("\n")
      .map((file) => file.replace(/^package\//, ""));
    readPacked = (file) => packed.readFile(root + file);
  });

  it("has nothing that publint would change", async () => {
    const { publint } = await import("publint");
    const { formatMessage } = await import("publint/utils");
    const { buffer, byteOffset, length } = tarball;
    const { messages, pkg } = await publint({
      pack: { tarball: buffer.slice(byteOffset, byteOffset + length) },
      strict: true,
    });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg)),
      [],
    );
  });

  it("has types that are right for every way to resolve them", async () => {
    const { checkPackage, createPackageFromTarballData } = await import("@arethetypeswrong/core");
    const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)));
    assert.ok(analysis.types !== false);
    assert.deepEqual(analysis.problems, []);
    assert.deepEqual(Object.keys(analysis.entrypoints), [".", "./runtime", "./package.json"]);
  });

  it("is small", () => {
    assert.ok(tarball.length < largestTarball, `${tarball.length} bytes`);
  });

  it("holds the code, its papers, and of the declarations those that its entry points reach", () => {
    const reached = new Set<string>();
    const reach = (file: string) => {
      if (!reached.has(file)) {
        reached.add(file);
        for (const { fileName } of ts.preProcessFile(readPacked(file)).importedFiles) {
          if (fileName.startsWith(".")) {
            reach(posix.join(posix.dirname(file), `${fileName.replace(/\.js$/, "")}.d.ts`));
          }
        }
      }
    };
    reach("dist/index.d.ts");
    reach("dist/runtime.d.ts");
    const declarations = files.filter((file) => file.endsWith(".d.ts"));
    assert.deepEqual(declarations.toSorted(), [...reached].toSorted());

    const others = files.filter((file) => !file.endsWith(".d.ts") && !/^dist\/.*\.js$/.test(file));
    assert.deepEqual(others.toSorted(), papers);
  });

  it("holds no code that neither its entry points nor its command loads", () => {
    const loaded = new Set<string>();
    const load = (file: string) => {
      if (!loaded.has(file)) {
        loaded.add(file);
        for (const { fileName } of ts.preProcessFile(readPacked(file), true, true).importedFiles) {
          if (fileName.startsWith(".")) {
            load(posix.join(posix.dirname(file), `${fileName.replace(/\.js$/, "")}.js`));
          }
        }
      }
    };
    for (const file of ["dist/index.js", "dist/runtime.js", "dist/cli/main.js"]) {
      load(file);
    }
    const code = files.filter((file) => file.endsWith(".js"));
    assert.deepEqual(code.toSorted(), [...loaded].toSorted());
  });

  it("says what npm and bundlers read", () => {
    const manifest = JSON.parse(readPacked("package.json")) as Record<string, unknown>;
    assert.deepEqual(manifest.publishConfig, { access: "public", provenance: true });
    assert.equal(manifest.sideEffects, false);
    assert.equal(manifest.license, "Apache-2.0");
    assert.deepEqual(manifest.engines, { node: ">=20.19.0" });
  });
});
