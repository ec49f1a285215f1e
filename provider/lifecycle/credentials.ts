import {
  describePath,
  isJsonObject,
  isSameJson,
  joinPath,
  listLeaves,
  splitPath,
  type JsonObject,
} from "../json";

/** Stands in the state for a credential value that the service showed before and shows no more. */
const removedMark = "[no longer shown by Fluents]";

const maskPattern = /[*•●]{3}|…|\.{3}|^[xX]{4,}|^\W*(redacted|hidden|masked|secret)\W*$/i;

const maskedWordPatterns = [
  /^\S*[*•●]{3}\S*$/,
  /^[xX]{4,}\S*$/,
  // The ends of a key, which letters alone are not: words are joined by dots, too.
  /^(?=.*[\d_-])[\w+/=-]{1,16}(\.{3}|…)[\w+/=-]{1,16}$/,
  /^[[<({]+(redacted|hidden|masked|secret)[\])}>]+$/i,
];

/**
 * How the credentials that the service shows compare with ours: the same in clear; hidden, where at least one value is
 * masked or missing and no other differs; different, where one in clear differs.
 */
export type Comparison = "equal" | "hidden" | "different";

/** Compares each value of `ours` with what the service shows for it. */
export function compareCredentials(ours: JsonObject, theirs: JsonObject | undefined): Comparison {
  const comparisons = listLeaves(ours).map(({ path, value }) => compareValue(value, readShown(theirs, path)));
  if (comparisons.includes("different")) {
    return "different";
  }
  return comparisons.includes("hidden") ? "hidden" : "equal";
}

/**
 * Whether the service shows, in clear, a value of `before` where `sent` has a new one. What `sent` does not have any more
 * may stay: the service may merge.
 */
export function stillShows(before: JsonObject, sent: JsonObject, theirs: JsonObject | undefined): boolean {
  return listLeaves(before).some(({ path, value }) => {
    const replacement = readShown(sent, path);
    const shown = readShown(theirs, path);
    return (
      replacement !== undefined &&
      // What a refresh found masked stands in `before` as it was shown: that it is shown again says nothing.
      !looksHidden(shown) &&
      isSameJson(value, shown) &&
      !isSameJson(replacement, value)
    );
  });
}

/** What a refresh makes of the credentials in the state. */
export interface ObservedCredentials {
  /** Ours, with each value that drifted replaced by what the service shows. */
  readonly credentials: JsonObject;
  /** Where values drifted, e.g. `oauth.secret`. */
  readonly drifted: readonly string[];
  /** Where values drifted that the service does not show in clear: what stands in `credentials` is not the value. */
  readonly hiddenDrift: readonly string[];
  /** What to compare with at the next refresh: how the service shows hidden values, by JSON pointer. */
  readonly shown: JsonObject;
}

/**
 * Finds drift. A value is in step if it equals ours, or what the service showed at the first read after our last write;
 * a first showing that is masked or missing is recorded.
 *
 * @param before what the last refresh made of them
 */
export function observeCredentials(
  ours: JsonObject,
  theirs: JsonObject | undefined,
  before: { readonly shown?: JsonObject | undefined; readonly hiddenDrift?: readonly string[] },
): ObservedCredentials {
  const shownBefore = before.shown;
  const shown: Record<string, unknown> = {};
  const drifted = new Map<string, unknown>();
  for (const { path, value } of listLeaves(ours)) {
    const now = readShown(theirs, path);
    const recorded = shownBefore?.[path];
    if (recorded !== undefined) {
      shown[path] = recorded;
    }
    if (
      compareValue(value, now) === "equal" ||
      (recorded !== undefined && isSameJson(now ?? null, recorded))
    ) {
      continue;
    }
    if (recorded === undefined && shownBefore === undefined && looksHidden(now)) {
      shown[path] = now ?? null;
      continue;
    }
    drifted.set(path, now === undefined || now === null || now === "" ? removedMark : now);
  }
  return {
    credentials: replaceLeaves(ours, "", drifted) as JsonObject,
    drifted: [...drifted.keys()].map((path) => describePath(splitPath(path))),
    hiddenDrift: [
      ...(before.hiddenDrift ?? []).filter((path) => !drifted.has(path)),
      ...[...drifted]
        .filter(([, value]) => value === removedMark || looksHidden(value))
        .map(([path]) => path),
    ],
    shown,
  };
}

/**
 * Where `credentials` hold what a refresh has put into the state for values that are not shown, e.g. `oauth.secret`.
 *
 * @param hiddenDrift where it has
 */
export function findStandIns(
  credentials: JsonObject,
  state: JsonObject | undefined,
  hiddenDrift: readonly string[],
): string[] {
  return hiddenDrift
    .filter((path) => {
      const value = readShown(credentials, path);
      return value !== undefined && isSameJson(value, readShown(state, path));
    })
    .map((path) => describePath(splitPath(path)));
}

function compareValue(ours: unknown, theirs: unknown): Comparison {
  if (isSameJson(ours, theirs)) {
    return "equal";
  }
  return looksHidden(theirs) ? "hidden" : "different";
}

function looksHidden(value: unknown): boolean {
  return value === undefined || value === null || value === "" || isMasked(value);
}

/** Whether what the service shows stands for a value, e.g. `****1234`. */
export function isMasked(value: unknown): boolean {
  return typeof value === "string" && maskPattern.test(value);
}

/** {@link isMasked} for values that may be words and sentences, too, which have dots and stars. */
export function isMaskedWord(value: unknown): boolean {
  return typeof value === "string" && maskedWordPatterns.some((pattern) => pattern.test(value));
}

/** The value at a JSON pointer; the text above it if the service masks a whole object by one text. */
function readShown(root: unknown, path: string): unknown {
  let value = root;
  for (const key of splitPath(path)) {
    if (typeof value === "string") {
      return value;
    }
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) {
      return undefined;
    }
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function replaceLeaves(value: unknown, path: string, replacements: ReadonlyMap<string, unknown>): unknown {
  if (replacements.has(path)) {
    return replacements.get(path);
  }
  const descend = (key: string, item: unknown) => replaceLeaves(item, joinPath(path, key), replacements);
  if (Array.isArray(value)) {
    return value.map((item, index) => descend(String(index), item));
  }
  if (isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, descend(key, item)]));
  }
  return value;
}
