/** A key by which Pulumi marks special values in a property bag: a plain object that has it is not data any more. */
const pulumiSignatureKey = "4dabf18193072939515e22adb298388d";

/** Deeper values are cut, and so are those that hold themselves: the protobuf encoder recurses. */
const maximumDepth = 100;

/**
 * A copy of `value` that can go into a property bag whatever it holds. The SDK fails on `undefined`, on functions and on
 * lone surrogates only after the handler returned, when what it created would be lost.
 */
export function sanitize(value: unknown): unknown {
  return copy(value, []);
}

/** {@link sanitize} for a property bag. */
export function sanitizeBag(bag: Record<string, unknown>): Record<string, unknown> {
  return sanitize(bag) as Record<string, unknown>;
}

function copy(value: unknown, ancestors: readonly object[]): unknown {
  switch (typeof value) {
    case "string":
      return value.toWellFormed();
    case "number":
      return Number.isFinite(value) ? value : null;
    case "boolean":
      return value;
    case "bigint":
      return value.toString();
    case "object":
      break;
    default:
      return null;
  }
  if (value === null || ancestors.length > maximumDepth || ancestors.includes(value)) {
    return null;
  }
  const path = [...ancestors, value];
  const descend = (item: unknown) => copy(item, path);
  if (Array.isArray(value)) {
    return Array.from(value, descend);
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => key !== pulumiSignatureKey && key !== "__proto__" && item !== undefined)
      .map(([key, item]) => [key.toWellFormed(), descend(item)]),
  );
}
