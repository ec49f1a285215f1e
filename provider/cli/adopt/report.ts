import { basename } from "node:path";

import type { Skipped } from "./account";
import type { AdoptOptions } from "./adopt";
import type { ConfigStatus, NeededValue } from "./config-values";
import type { NamedResource } from "./program";

/** A connection in the program, and the config values that its resource needs. */
export interface AdoptedConnection {
  readonly resource: NamedResource;
  readonly values: readonly NeededValue[];
}

/** What the command did. */
export interface AdoptReport {
  readonly options: AdoptOptions;
  /** Name of the stack; absent if none is selected. */
  readonly stack: string | undefined;
  /** Absent if there is nothing to adopt. */
  readonly program: string | undefined;
  /** Whether another program was in the file. */
  readonly isOverwritten: boolean;
  readonly adopted: readonly AdoptedConnection[];
  readonly skipped: readonly Skipped[];
  /** Connections that the stack manages already. */
  readonly managedCount: number;
  /** Connections that the filters leave out. */
  readonly filteredCount: number;
  /** Resources of all types that the stack has. */
  readonly resourceCount: number;
}

/** The report as one JSON document, without values. */
export function formatAsJson(report: AdoptReport): string {
  const { options, stack, program, adopted, skipped, managedCount, filteredCount } = report;
  const document = {
    stack: stack ?? null,
    file: program === undefined ? null : (options.out ?? null),
    ...(options.out === undefined ? { program: program ?? null } : {}),
    connections: adopted.map(({ resource: { name, plan }, values }) => ({
      id: plan.connection.id,
      type: plan.connection.type,
      name: name.resource,
      variable: name.variable,
      config: values.map(({ key, status }) => ({ key, status })),
      notManaged: plan.leftOut,
    })),
    skipped,
    managedCount,
    filteredCount,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The report for people, without values. */
export function formatAsText(report: AdoptReport): string {
  const { options, adopted, skipped, isOverwritten, resourceCount } = report;
  const keys = listKeys(adopted);
  const setCommand = (key: string) =>
    `  pulumi config set --secret ${key}${options.stack === undefined ? "" : ` --stack ${options.stack}`}`;
  const place = options.cwd === process.cwd() ? "" : ` in ${options.cwd}`;
  const lines = [
    summarize(report),
    ...skipped.map(({ id, reason }) => `warning: left out connection ${id}: ${reason}`),
  ];
  if (isOverwritten && resourceCount > 0) {
    lines.push(
      `warning: another program was in ${options.out ?? ""}. The next \`pulumi up\` deletes what it declared of the stack's ` +
        `${describeCount(resourceCount, "resource")}: to keep that, restore the old file and give another as --out`,
    );
  }
  const leftOut = adopted.filter(({ resource }) => resource.plan.leftOut.length > 0).length;
  if (leftOut > 0) {
    lines.push(
      `${describeCount(leftOut, "connection has", "connections have")} arguments that are not managed, e.g. credentials ` +
        "that Fluents does not show: see the comments in the program.",
    );
  }
  if (keys.masked.length > 0) {
    lines.push(
      `Fluents masks ${describeCount(keys.masked.length, "value")}. Set the true ones${place} before \`pulumi up\`, which sends them once:`,
      ...keys.masked.map(setCommand),
    );
  }
  if (keys.toSet.length > 0) {
    lines.push(
      `The program needs ${describeCount(keys.toSet.length, "value")} of the stack's configuration. Run the same command with ` +
        `--set-config to set what Fluents shows, or set them by hand${place}:`,
      ...keys.toSet.map(setCommand),
    );
  }
  if (keys.differs.length > 0) {
    lines.push(
      "warning: the stack has other values than Fluents for these keys, and `pulumi up` would send them. Set them, or let " +
        "--set-config --force do it:",
      ...keys.differs.map(setCommand),
    );
  }
  return [...lines, ...describeNext(report)].join("\n");
}

function listKeys(adopted: readonly AdoptedConnection[]): Record<ConfigStatus, string[]> {
  const keys: Record<ConfigStatus, string[]> = { set: [], toSet: [], masked: [], differs: [] };
  for (const { key, status } of adopted.flatMap(({ values }) => values)) {
    keys[status].push(key);
  }
  return keys;
}

function summarize({ options, stack, adopted, managedCount, filteredCount }: AdoptReport): string {
  const filters = [
    ...(options.types.length === 0 ? [] : ["--type"]),
    ...(options.labels.length === 0 ? [] : ["--label"]),
  ];
  const parts = [
    `${describeCount(adopted.length, "connection")} to adopt`,
    ...(managedCount === 0 ? [] : [`${managedCount} managed by stack ${stack ?? ""} already`]),
    ...(filteredCount === 0 ? [] : [`${filteredCount} left out by ${filters.join(" and ")}`]),
  ];
  const place = options.out !== undefined && adopted.length > 0 ? `; written to ${options.out}` : "";
  return `${parts.join(", ")}${place}.`;
}

function describeNext({ options, adopted }: AdoptReport): string[] {
  if (adopted.length === 0) {
    return ["Nothing was written."];
  }
  const { out } = options;
  const use =
    out !== undefined && basename(out) === "index.ts"
      ? ""
      : `make ${out ?? "the program"} the stack's index.ts, or import it there; `;
  return [
    `Next: ${use}check with \`pulumi preview\`, where an adoption shows as \`create\`; then run \`pulumi up\`.`,
  ];
}

function describeCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
