import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

import { findReach, listImports, resolveImport, type Sources } from "../helpers/imports";

const providerFolder = join(__dirname, "..", "..", "provider");

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
        "non-json",
        "plain-api-key",
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
  [
    "lookups",
    {
      files: ["lookup-service", "plain-api-key", "program-error", "provider-loading"],
      packages: ["@pulumi/pulumi"],
    },
  ],
  ["provider-loading", { files: ["errors", "node-version", "program-error"], packages: [] }],
  ["plain-api-key", { files: [], packages: ["@pulumi/pulumi"] }],
  ["program-error", { files: [], packages: ["@pulumi/pulumi"] }],
  ["non-json", { files: [], packages: ["@pulumi/pulumi"] }],
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
  ["cli/adopt/command", { files: ["cli/*", "cli/adopt/*", "node-version"], packages: ["commander"] }],
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
      files: [
        "cli/*",
        "cli/doctor/*",
        "http/proxy",
        "lifecycle/nearest",
        "errors",
        "node-version",
        "resource-type",
        "settings",
        "version",
      ],
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
        "json",
        "node-version",
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
  ["api/wire", { files: ["json"], packages: ["zod"] }],
  // The one place on the provider side that takes values from the SDK: its gRPC stubs.
  ["engine-log", { files: [], packages: ["@pulumi/pulumi", "@grpc/grpc-js"] }],
  ["settings", { files: ["json"], packages: ["zod"] }],
  ["redact", { files: ["json"], packages: [] }],
  ["debug-log", { files: [], packages: [] }],
  ["engine-watch", { files: [], packages: [] }],
  ["errors", { files: [], packages: [] }],
  ["json", { files: [], packages: [] }],
  ["sanitize", { files: [], packages: [] }],
  ["node-version", { files: ["errors"], packages: [] }],
  ["version", { files: [], packages: [] }],
];

function fits(pattern: string, name: string): boolean {
  return pattern === name || (pattern.endsWith("/*") && posix.dirname(name) === pattern.slice(0, -2));
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
