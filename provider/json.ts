import { createHash } from "node:crypto";

/** A JSON object whose values are not known further. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether `value` is an object in JSON's sense: neither `null` nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value of a JSON text; `undefined` if it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Digest of a JSON value, the same whatever the order of keys. 128 bits, base64url. */
export function digestJson(value: unknown): string {
  const canonical = JSON.stringify(sortKeys(value));
  return createHash("sha256").update(canonical).digest("base64url").slice(0, 22);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sortKeys);
  }
  return isJsonObject(value)
    ? Object.fromEntries(
        Object.keys(value)
          .sort()
          .map((key) => [key, sortKeys(value[key])]),
      )
    : value;
}

/** Whether two JSON values are the same, whatever the order of keys. Without recursion: arguments may be nested deeply. */
export function isSameJson(left: unknown, right: unknown): boolean {
  const pairs: [unknown, unknown][] = [[left, right]];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [a, b] = pair;
    // -0 is 0 once it went through JSON.
    if (a === b) {
      continue;
    }
    if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) {
      return false;
    }
    const keys = Object.keys(a);
    if (keys.length !== Object.keys(b).length || !keys.every((key) => Object.hasOwn(b, key))) {
      return false;
    }
    for (const key of keys) {
      pairs.push([a[key], b[key]]);
    }
  }
  return true;
}

function isContainer(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null;
}

/** A copy without the entries of objects that are `null`. */
export function dropNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(dropNulls);
  }
  return isJsonObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, item]) => item !== null)
          .map(([key, item]) => [key, dropNulls(item)]),
      )
    : value;
}

/** The object's own entries whose key is in `keys`. */
export function pickKeys(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.filter((key) => Object.hasOwn(object, key)).map((key) => [key, object[key]]),
  );
}

/** A leaf of a JSON value: its path as a JSON pointer, and its value (an empty container is a leaf). */
export interface JsonLeaf {
  readonly path: string;
  readonly value: unknown;
}

/** The JSON pointer of an entry below `path`. */
export function joinPath(path: string, key: string): string {
  return `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The keys on the way to a leaf. */
export function splitPath(path: string): string[] {
  return path
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** A path for people: control characters and overlong keys would hide the message. */
export function describePath(path: readonly PropertyKey[]): string {
  return path
    .map((key) =>
      String(key)
        .replace(/[^\x20-\x7e]/g, "?")
        .slice(0, 80),
    )
    .join(".");
}

/** All leaves of a JSON value, in order, without recursion: answers may be nested deeply. */
export function listLeaves(root: unknown): JsonLeaf[] {
  const leaves: JsonLeaf[] = [];
  const stack: JsonLeaf[] = [{ path: "", value: root }];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const { path, value } = node;
    const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
    if (entries.length === 0) {
      leaves.push(node);
    }
    for (const [key, item] of entries.reverse()) {
      stack.push({ path: joinPath(path, key), value: item });
    }
  }
  return leaves;
}
