import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { TypeDocOptions } from "typedoc" with { "resolution-mode": "import" };
import type { PluginOptions } from "typedoc-plugin-markdown" with { "resolution-mode": "import" };

import { assertDocument } from "../helpers/document";
import { makeTempFolder } from "../helpers/temp-folder";

const repository = join(__dirname, "..", "..");

/** Writes the reference of the public API from its TSDoc, as Markdown. */
async function writeReference(): Promise<string> {
  const { Application } = await import("typedoc");
  const folder = makeTempFolder();
  const options = {
    entryPoints: [join(repository, "provider", "index.ts")],
    tsconfig: join(repository, "tsconfig.build.json"),
    plugin: ["typedoc-plugin-markdown"],
    outputs: [{ name: "markdown", path: folder }],
    router: "module",
    entryFileName: "README",
    name: "Reference",
    readme: "none",
    // Lines and commits would change the text with every release.
    disableSources: true,
    sort: ["source-order"],
    hideGroupHeadings: true,
    hidePageHeader: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    classPropertiesFormat: "table",
    typeDeclarationFormat: "table",
    tableColumnSettings: { hideDefaults: true, hideModifiers: true },
    logLevel: "Warn",
    // `npm run check` has looked for them.
    skipErrorChecking: true,
  } satisfies TypeDocOptions & PluginOptions;
  const application = await Application.bootstrapWithPlugins(options);
  const project = await application.convert();
  assert.ok(project !== undefined, "the program does not compile");
  application.validate(project);
  await application.generateOutputs(project);
  assert.ok(!application.logger.hasErrors() && !application.logger.hasWarnings());
  assert.deepEqual(readdirSync(folder), ["README.md"]);
  // TypeScript reduces the `Output` of a primitive to the class that it is.
  const text = readFileSync(join(folder, "README.md"), "utf8").replaceAll("`OutputInstance`", "`Output`");
  return `<!-- Written from the TSDoc in provider/, see CONTRIBUTING.md. -->\n\n${text}`;
}

describe("the reference", function () {
  this.timeout("1 min");

  it("is what the TSDoc of the public API says", async () => {
    await assertDocument("docs/reference.md", await writeReference());
  });
});
