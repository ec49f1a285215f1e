import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

import ts from "typescript";

const providerFolder = join(__dirname, "..", "..", "provider");

/** An import: what it names, and whether only types come of it. */
interface Import {
  readonly specifier: string;
  readonly isTypeOnly: boolean;
  /** It is loaded by `import()`: not before the code around it runs. */
  readonly isLazy?: boolean;
}

/** Text of each file of the provider, by its path without extension. */
type Sources = Readonly<Record<string, string>>;

/**
 * For each file what it may import beside types: files of the provider, and packages. `*` stands for the files of a
 * folder. The first pattern that fits counts.
 */
const allowed: readonly (readonly [
  string,
  { readonly files: readonly string[]; readonly packages: readonly string[] },
])[] = [
  // Program side.
  ["index", { files: ["account-connection", "account-connection-type", "lookups"], packages: [] }],
  [
    "account-connection",
    {
      files: [
        "account-connection-type",
        "program-error",
        "provider-loading",
        "provider-source",
        "resource-type",
        "stack-traces",
      ],
      packages: ["@pulumi/pulumi"],
    },
  ],
  // The service is loaded when it is called for.
  ["lookups", { files: ["lookup-service", "program-error"], packages: ["@pulumi/pulumi"] }],
  ["provider-loading", { files: ["program-error"], packages: [] }],
  ["program-error", { files: [], packages: ["@pulumi/pulumi"] }],
  ["account-connection-type", { files: [], packages: [] }],
  ["provider-source", { files: [], packages: [] }],
  ["stack-traces", { files: [], packages: ["@pulumi/pulumi"] }],
  ["resource-type", { files: [], packages: [] }],
  [
    "lookup-service",
    {
      files: [
        "api/client",
        "api/transport",
        "debug-log",
        "errors",
        "json",
        "lifecycle/*",
        "redact",
        "settings",
      ],
      packages: ["zod"],
    },
  ],
  // Commands.
  [
    "cli/main",
    {
      files: ["cli/report-error", "cli/adopt/command", "cli/doctor/command", "version"],
      packages: ["commander"],
    },
  ],
  [
    "cli/connect",
    { files: ["api/client", "api/transport", "cli/redactor", "debug-log", "settings"], packages: [] },
  ],
  ["cli/project", { files: ["cli/stack"], packages: ["yaml", "zod"] }],
  ["cli/project-options", { files: [], packages: ["commander"] }],
  ["cli/redactor", { files: ["redact"], packages: [] }],
  ["cli/*", { files: ["cli/*", "errors", "json", "resource-type"], packages: ["zod"] }],
  ["cli/adopt/adopt", { files: ["cli/*", "cli/adopt/*", "errors", "json"], packages: [] }],
  ["cli/adopt/command", { files: ["cli/*", "cli/adopt/*"], packages: ["commander"] }],
  ["cli/adopt/naming", { files: [], packages: ["@sindresorhus/slugify", "reserved-identifiers"] }],
  [
    "cli/adopt/program",
    { files: ["cli/adopt/*", "account-connection-type", "json"], packages: ["code-block-writer"] },
  ],
  [
    "cli/adopt/filters",
    {
      files: ["cli/adopt/naming", "account-connection-type", "lifecycle/inputs", "lifecycle/nearest"],
      packages: ["commander"],
    },
  ],
  [
    "cli/adopt/resource",
    { files: ["cli/adopt/*", "json", "lifecycle/credentials", "lifecycle/inputs"], packages: [] },
  ],
  ["cli/adopt/*", { files: ["cli/adopt/*", "errors", "json"], packages: [] }],
  [
    "cli/doctor/*",
    {
      files: ["cli/*", "cli/doctor/*", "http/proxy", "errors", "settings", "version"],
      packages: ["commander", "semver", "yaml", "zod"],
    },
  ],
  // Provider side.
  [
    "runtime",
    {
      files: [
        "lifecycle/*",
        "debug-log",
        "engine-log",
        "engine-watch",
        "errors",
        "redact",
        "sanitize",
        "settings",
      ],
      packages: [],
    },
  ],
  [
    "lifecycle/session",
    {
      files: ["api/bulk-reader", "api/client", "api/transport", "settings", "vendors/verifier"],
      packages: [],
    },
  ],
  ["vendors/vendors", { files: [], packages: [] }],
  ["vendors/verifier", { files: ["vendors/vendors", "errors", "http/http-client"], packages: [] }],
  ["lifecycle/create", { files: ["lifecycle/*", "api/client", "errors", "json"], packages: [] }],
  [
    "lifecycle/*",
    {
      files: [
        "lifecycle/*",
        "vendors/vendors",
        "absent",
        "account-connection-type",
        "errors",
        "json",
        "resource-type",
        "sanitize",
        "version",
      ],
      packages: ["zod"],
    },
  ],
  ["api/bulk-reader", { files: ["api/client", "json"], packages: [] }],
  ["api/client", { files: ["api/wire", "errors"], packages: [] }],
  ["http/http-client", { files: ["http/limiter", "http/proxy", "http/retry", "version"], packages: ["got"] }],
  ["http/proxy", { files: ["settings"], packages: ["hpagent", "proxy-from-env"] }],
  ["api/transport", { files: ["api/failure", "http/http-client"], packages: [] }],
  ["api/failure", { files: ["api/wire", "errors", "json", "http/retry", "redact"], packages: [] }],
  ["http/retry", { files: [], packages: [] }],
  ["http/limiter", { files: [], packages: [] }],
  ["api/wire", { files: ["absent", "json"], packages: ["zod"] }],
  // The one place on the provider side that takes values from the SDK: its gRPC stubs.
  ["engine-log", { files: [], packages: ["@pulumi/pulumi", "@grpc/grpc-js"] }],
  ["settings", { files: ["json"], packages: ["zod"] }],
  ["redact", { files: ["json"], packages: [] }],
  ["absent", { files: [], packages: [] }],
  ["debug-log", { files: [], packages: [] }],
  ["engine-watch", { files: [], packages: [] }],
  ["errors", { files: [], packages: [] }],
  ["json", { files: [], packages: [] }],
  ["sanitize", { files: [], packages: [] }],
  ["version", { files: [], packages: [] }],
];

function fits(pattern: string, name: string): boolean {
  return pattern === name || (pattern.endsWith("/*") && posix.dirname(name) === pattern.slice(0, -2));
}

/** All imports of a file: statements, re-exports, `import()` and anything that requires a literal. */
function listImports(file: string, text: string): Import[] {
  const imports: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      imports.push({ specifier: node.moduleSpecifier.text, isTypeOnly: isTypeOnlyImport(node.importClause) });
    } else if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      const { exportClause } = node;
      const isTypeOnly =
        node.isTypeOnly ||
        (exportClause !== undefined &&
          ts.isNamedExports(exportClause) &&
          exportClause.elements.every((element) => element.isTypeOnly));
      imports.push({ specifier: node.moduleSpecifier.text, isTypeOnly });
    } else if (
      ts.isImportEqualsDeclaration(node) &&
      ts.isExternalModuleReference(node.moduleReference) &&
      ts.isStringLiteral(node.moduleReference.expression)
    ) {
      imports.push({ specifier: node.moduleReference.expression.text, isTypeOnly: node.isTypeOnly });
    } else if (ts.isCallExpression(node)) {
      const [argument] = node.arguments;
      const callee = node.expression.getText();
      if (argument && ts.isStringLiteralLike(argument) && /^import$|require\w*(\([^]*\))?$/i.test(callee)) {
        imports.push({ specifier: argument.text, isTypeOnly: false, isLazy: callee === "import" });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(`${file}.ts`, text, ts.ScriptTarget.Latest, true));
  return imports;
}

function isTypeOnlyImport(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) {
    return false;
  }
  const { namedBindings } = clause;
  return (
    clause.phaseModifier === ts.SyntaxKind.TypeKeyword ||
    (clause.name === undefined &&
      namedBindings !== undefined &&
      ts.isNamedImports(namedBindings) &&
      namedBindings.elements.every((element) => element.isTypeOnly))
  );
}

/** The file that a relative import names, or the package of another one. */
function resolveImport(
  file: string,
  specifier: string,
): { readonly file: string } | { readonly package: string } {
  if (specifier.startsWith(".")) {
    return { file: posix.join(posix.dirname(file), specifier.replace(/\.js$/, "")) };
  }
  const [scope = "", name = ""] = specifier.split("/");
  return { package: scope.startsWith("@") ? `${scope}/${name}` : scope };
}

/** The imports of values that the table does not allow, as `from -> to`. */
function findWrongImports(sources: Sources): string[] {
  return Object.entries(sources).flatMap(([file, text]) => {
    const rule = allowed.find(([pattern]) => fits(pattern, file))?.[1];
    if (rule === undefined) {
      return [`${file} is in no layer`];
    }
    return listImports(file, text)
      .filter(({ specifier, isTypeOnly }) => !isTypeOnly && !specifier.startsWith("node:"))
      .filter(({ specifier }) => {
        const target = resolveImport(file, specifier);
        return "file" in target
          ? !rule.files.some((pattern) => fits(pattern, target.file))
          : !rule.packages.includes(target.package);
      })
      .map(({ specifier }) => `${file} -> ${specifier}`);
  });
}

/** The files whose code runs when `file` is loaded, itself included. */
function findReach(sources: Sources, file: string, reach = new Set<string>()): Set<string> {
  if (!reach.has(file)) {
    reach.add(file);
    for (const { specifier, isTypeOnly, isLazy } of listImports(file, sources[file] ?? "")) {
      const target = resolveImport(file, specifier);
      if (!isTypeOnly && isLazy !== true && "file" in target) {
        findReach(sources, target.file, reach);
      }
    }
  }
  return reach;
}

const sources: Sources = Object.fromEntries(
  readdirSync(providerFolder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => [
      path.replaceAll("\\", "/").replace(/\.ts$/, ""),
      readFileSync(join(providerFolder, path), "utf8"),
    ]),
);

describe("the layers of the provider", () => {
  it("point one way: each file imports values only from where it may", () => {
    assert.ok(Object.keys(sources).length > 20);
    assert.deepEqual(findWrongImports(sources), []);
  });

  for (const pure of ["lifecycle/check", "lifecycle/diff", "lifecycle/state", "lifecycle/plan"]) {
    it(`keep ${pure} away from the network`, () => {
      const reach = findReach(sources, pure);
      assert.ok(reach.has("json"));
      assert.deepEqual(
        [...reach].filter((file) => /^(api|http)\//.test(file)),
        [],
      );
    });
  }

  it("keep got, zod and the provider side out of the program", () => {
    const reach = [...findReach(sources, "index")].sort();
    assert.ok(reach.includes("account-connection"));
    for (const file of reach) {
      assert.ok(!/^(lifecycle|api|http|vendors)\/|^(runtime|lookup-service)$/.test(file), file);
      for (const { specifier, isTypeOnly } of listImports(file, sources[file] ?? "")) {
        assert.ok(isTypeOnly || !/^(got|zod|hpagent)$/.test(specifier), `${file} -> ${specifier}`);
      }
    }
  });
});

describe("the test of the layers", () => {
  /** The table with one file changed. */
  const withLine = (file: string, line: string): Sources => ({
    ...sources,
    [file]: `${sources[file] ?? ""}\n${line}\n`,
  });

  const wrong: readonly (readonly [string, string])[] = [
    ["lifecycle/check", 'import { Client } from "../api/client";'],
    ["lifecycle/diff", 'import "../api/transport";'],
    ["lifecycle/plan", 'export { Transport } from "../api/transport";'],
    ["lifecycle/inputs", 'export * from "../api/wire";'],
    ["lifecycle/read", 'import { got } from "got";'],
    ["lifecycle/read", 'import * as pulumi from "@pulumi/pulumi";'],
    ["lifecycle/update", 'import runtime = require("../runtime");'],
    ["api/client", 'const got = await import("got");'],
    ["api/client", 'import { Session } from "../lifecycle/session";'],
    ["api/wire", 'import { type Answer, Transport } from "./transport";'],
    ["account-connection", 'import { z } from "zod";'],
    ["account-connection", 'const { checkInputs } = require("./lifecycle/check");'],
    ["index", 'export { Session } from "./lifecycle/session";'],
    ["errors", 'import got, { type Got } from "got";'],
    ["new-file", "export const x = 1;"],
  ];
  for (const [file, line] of wrong) {
    it(`sees that ${file} must not have: ${line}`, () => {
      const found = findWrongImports(withLine(file, line));
      assert.equal(found.length, 1, found.join());
      assert.ok(found[0]?.startsWith(file));
    });
  }

  const right: readonly (readonly [string, string])[] = [
    ["lifecycle/check", 'import type { Client } from "../api/client";'],
    ["lifecycle/plan", 'import { type Got } from "got";'],
    ["lifecycle/state", 'export type { Answer } from "../api/transport";'],
    ["errors", 'import { join } from "node:path";'],
  ];
  for (const [file, line] of right) {
    it(`lets ${file} have: ${line}`, () => {
      assert.deepEqual(findWrongImports(withLine(file, line)), []);
    });
  }

  it("sees a way to the network over other files", () => {
    const detour = withLine("lifecycle/nearest", 'import { Session } from "./session";');
    assert.ok(findReach(detour, "lifecycle/check").has("api/transport"));
  });
});
