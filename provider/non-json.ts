import * as pulumi from "@pulumi/pulumi";

/** A value that is not of JSON, where it is, and what to do about it. */
export interface NonJson {
  readonly path: readonly string[];
  readonly problem: string;
}

/**
 * Finds what the SDK would drop or turn into an empty object: a function, a `Date`, a `Map` and the like. Outputs, promises
 * and resources are not looked into.
 */
export function findNonJson(args: object): NonJson | undefined {
  const seen = new Set<unknown>();
  const nodes: { path: readonly string[]; value: unknown }[] = [{ path: [], value: args }];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    const { path, value } = node;
    if (seen.has(value) || pulumi.Output.isInstance(value) || pulumi.Resource.isInstance(value)) {
      continue;
    }
    seen.add(value);
    const problem = describeNonJson(value);
    if (problem !== undefined) {
      return { path, problem };
    }
    if (typeof value === "object" && value !== null) {
      nodes.push(
        ...Object.entries(value).map(([key, item]) => ({ path: [...path, key], value: item as unknown })),
      );
    }
  }
  return undefined;
}

/** Why a value is none of JSON by itself, and what to give instead; `undefined` if it is one. */
export function describeNonJson(value: unknown): string | undefined {
  switch (typeof value) {
    case "function":
      return 'is a function: call it, e.g. `config.requireSecret("name")`';
    case "bigint":
    case "symbol":
      return `is a ${typeof value}, which is no JSON value: give it as text`;
    case "object":
      return describeNonJsonObject(value);
    default:
      return undefined;
  }
}

function describeNonJsonObject(value: object | null): string | undefined {
  if (value instanceof Date) {
    return "is a Date, which is no JSON value: give text, e.g. by `toISOString()`";
  }
  const isOther =
    value instanceof Map ||
    value instanceof Set ||
    value instanceof RegExp ||
    value instanceof URL ||
    value instanceof Error ||
    value instanceof ArrayBuffer ||
    ArrayBuffer.isView(value) ||
    pulumi.asset.Asset.isInstance(value) ||
    pulumi.asset.Archive.isInstance(value);
  return isOther ? "is no JSON value: give text, or an object or list of JSON values" : undefined;
}
