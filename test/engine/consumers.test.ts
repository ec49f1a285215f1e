import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { Consumers, type PackageManager } from "../helpers/consumers";
import { exerciseQuickstart, runQuickstart, startQuickstart } from "../helpers/quickstart";

/** A project of `test/consumers`. */
interface Consumer {
  readonly name: string;
  /** Goes on after "a project in" or "with". */
  readonly title: string;
  readonly manager: PackageManager;
  /** Folder of its Pulumi.yaml, if that is not the project's own. */
  readonly pulumiFolder?: string;
  /** Folder below in which `pulumi` is run. */
  readonly runFrom?: string;
}

const consumers: readonly Consumer[] = [
  { name: "javascript-commonjs", title: "JavaScript, CommonJS, npm", manager: "npm" },
  { name: "javascript-esm", title: "JavaScript, ES modules, npm", manager: "npm" },
  { name: "typescript-commonjs", title: "TypeScript 5.0, CommonJS, npm", manager: "npm" },
  { name: "typescript-esm", title: "TypeScript 6, ES modules by tsx, npm", manager: "npm" },
  {
    name: "npm-workspace",
    title: "an npm workspace, its program below Pulumi.yaml, run from below",
    manager: "npm",
    pulumiFolder: "infra",
    runFrom: "stack",
  },
  { name: "npm-library", title: "a component library, npm", manager: "npm" },
  { name: "pnpm", title: "pnpm's isolated node_modules", manager: "pnpm" },
  { name: "yarn", title: "Yarn's node_modules linker", manager: "yarn" },
  { name: "bun", title: "Bun as package manager and as runtime", manager: "bun" },
];

/** Projects that do not work at first, each with a test of its own. */
const others = [
  { name: "pnpm-library", manager: "pnpm" },
  { name: "yarn-pnp", manager: "yarn" },
] as const;

describe("a project outside the repository that installs the package", function () {
  this.timeout("10 min");

  let made: Consumers;

  before(async () => {
    made = await Consumers.create();
    const [first, ...waiting] = [...consumers, ...others];
    await made.install(first.name, first.manager);
    // Two at a time: more do not go faster on two cores.
    const work = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        await made.install(next.name, next.manager);
      }
    };
    await Promise.all([work(), work()]);
  });

  after(() => made.remove());

  for (const { name, title, pulumiFolder = ".", runFrom } of consumers) {
    it(`runs: ${title}`, async () => {
      const folder = made.folderOf(join(name, pulumiFolder));
      const args = runFrom === undefined ? [] : ["--cwd", join(folder, runFrom)];
      await runQuickstart({ folder, env: { PATH: made.env.PATH } }, args);
    });
  }

  it("has types for TypeScript 5.0 with Node.js 20's and for TypeScript 6 with the newest, strict and checked whole", async () => {
    for (const name of ["typescript-commonjs", "typescript-esm"]) {
      await made.run(["node_modules/.bin/tsc"], name);
    }
  });

  it("is told with pnpm what to add when only a library depends on the package, and runs once both do as they should", async () => {
    const folder = made.folderOf("pnpm-library");
    assert.ok(!readdirSync(join(folder, "node_modules")).includes("pulumi-fluents"));
    const stack = await startQuickstart({ folder, env: { PATH: made.env.PATH } });
    try {
      const failed = await stack.preview([], { expectCode: 1 });
      const message =
        `error: pulumi-fluents cannot be loaded from ${folder}, where Pulumi runs its provider. ` +
        `Add pulumi-fluents to the dependencies of ${join(folder, "package.json")} and install; ` +
        "a component library declares it as a peer dependency.";
      assert.ok(failed.output.includes(message), failed.output);
      assert.doesNotMatch(failed.output, /at .*provider-loading/);
      // The library's next release has it as a peer.
      await made.run(["pnpm", "add", "../component-library.tgz", "../pulumi-fluents.tgz"], "pnpm-library");
      await exerciseQuickstart(stack);
    } finally {
      await stack.close();
    }
  });

  it("is told with Yarn's Plug'n'Play what to do, and runs where Yarn starts Pulumi", async () => {
    const folder = made.folderOf("yarn-pnp");
    const options = await made.run(["yarn", "exec", "printenv", "NODE_OPTIONS"], "yarn-pnp");
    const hookOnly = options.replace(/ *--experimental-loader \S+/, "");
    assert.notEqual(hookOnly, options);
    const stack = await startQuickstart({ folder, env: { PATH: made.env.PATH, NODE_OPTIONS: hookOnly } });
    try {
      const failed = await stack.preview([], { expectCode: 1 });
      assert.match(failed.output, /error: pulumi-fluents cannot be loaded by Yarn's Plug'n'Play/);
      assert.match(failed.output, /`nodeLinker: node-modules` in \.yarnrc\.yml and run `yarn install`/);
      stack.env.NODE_OPTIONS = options;
      await exerciseQuickstart(stack);
    } finally {
      await stack.close();
    }
  });
});
