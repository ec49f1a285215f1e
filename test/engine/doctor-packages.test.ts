import assert from "node:assert/strict";
import { join } from "node:path";

import { commandsOf, runDoctor, runMend, theProblem, titlesOf } from "../helpers/doctor";
import { installConsumer, packPackage, quickNpm } from "../helpers/package";
import { quickstartCommonJs, startQuickstart, writeFiles } from "../helpers/quickstart";
import { runCommand } from "../helpers/run-command";
import type { StackOptions, TestStack } from "../helpers/stack";
import { makeTempFolder } from "../helpers/temp-folder";

describe("the doctor's view of the packages", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  async function start(folder: string, options: Partial<StackOptions> = {}): Promise<void> {
    stack = await startQuickstart({ folder, program: quickstartCommonJs, ...options });
  }

  /** Where the package resolves, as the doctor says. */
  async function findFolder(): Promise<string | undefined> {
    const titles = titlesOf(await runDoctor(stack), "ok");
    return titles.find((title) => title.startsWith("pulumi-fluents "))?.split(" resolves from ")[1];
  }

  const run = { env: { ...process.env, ...quickNpm } };

  it("is that of the folder where Pulumi runs the program, by `main` too", async () => {
    for (const [main, file, programFolder] of [
      ["sub/dir", "sub/dir/index.js", "sub/dir"],
      ["sub/program.js", "sub/program.js", "sub"],
    ] as const) {
      const folder = join(await installConsumer(), `main-${programFolder.replace("/", "-")}`);
      writeFiles(folder, { [file]: "", "backend/empty": "" });
      await start(folder, {
        programFile: file,
        projectLines: ["runtime:", "  name: nodejs", `main: ${main}`],
      });
      assert.equal(await findFolder(), join(folder, programFolder));
      // The engine agrees.
      const where = "console.log(`program in ${process.cwd()}`);\n";
      stack.write(where + quickstartCommonJs);
      assert.ok((await stack.preview()).output.includes(`program in ${join(folder, programFolder)}\n`));
      await stack.close();
    }
  });

  it("tells in an npm workspace that nothing is installed, until it is", async () => {
    const root = makeTempFolder();
    const dependencies = { "@pulumi/pulumi": "3.248.0", "pulumi-fluents": `file:${await packPackage()}` };
    writeFiles(root, {
      "package.json": { name: "monorepo", private: true, workspaces: ["infra"] },
      "infra/package.json": { name: "infra", version: "1.0.0", private: true, dependencies },
    });
    const infra = join(root, "infra");
    await start(infra, { env: quickNpm });
    const { findings } = await runDoctor(stack);
    const problems = findings.filter(({ level }) => level === "problem");
    const where = `does not resolve from ${infra}, where Pulumi runs the provider process`;
    assert.deepEqual(
      problems.map(({ title, detail, mend }) => [title, detail, mend]),
      ["pulumi-fluents", "@pulumi/pulumi"].map((name) => [
        `${name} ${where}`,
        "package.json asks for it, but it is not installed",
        `\`npm install\` in ${infra}`,
      ]),
    );
    await runMend(stack, "npm install");
    const mended = await runDoctor(stack);
    assert.deepEqual(titlesOf(mended, "problem"), []);
    assert.ok(titlesOf(mended, "ok").some((title) => title.endsWith(` resolves from ${infra}`)));
  });

  it("tells with pnpm what to add where only a library depends on the package", async () => {
    const tarball = await packPackage();
    const [tools, library, folder] = [makeTempFolder(), makeTempFolder(), makeTempFolder()];
    writeFiles(tools, { "package.json": { private: true } });
    await runCommand("npm", ["i", "pnpm@10"], { cwd: tools, ...run });
    const pnpm = (packages: string[]) =>
      runCommand(
        join(tools, "node_modules", ".bin", "pnpm"),
        ["add", "--store-dir", join(tools, "store"), ...packages],
        { cwd: folder, ...run },
      );
    writeFiles(library, {
      "package.json": {
        name: "voice-platform",
        version: "1.0.0",
        dependencies: { "pulumi-fluents": `file:${tarball}` },
        peerDependencies: { "@pulumi/pulumi": "^3.216.0" },
      },
    });
    writeFiles(folder, { "package.json": { private: true } });
    await pnpm(["@pulumi/pulumi@3.248.0", `file:${library}`]);

    await start(folder);
    const found = theProblem(await runDoctor(stack));
    assert.match(found.title, /^pulumi-fluents does not resolve from /);
    assert.deepEqual(commandsOf(found), ["pnpm add pulumi-fluents"]);
    await pnpm([tarball]);
    const mended = await runDoctor(stack);
    assert.deepEqual([titlesOf(mended, "problem"), titlesOf(mended, "notice")], [[], []]);
  });
});
