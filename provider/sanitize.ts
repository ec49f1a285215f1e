/** A key by which Pulumi marks special values in a property bag: a plain object that has it is not data any more. */
const pulumiSignatureKey = "4dabf18193072939515e22adb298388d";

/** Deeper values are cut: the protobuf encoder recurses. */
const maximumDepth = 100;

/**
 * A copy of `value` that can go into a property bag whatever it holds. The SDK fails on `undefined`, on functions and on
 * lone surrogates only after the handler returned, when what it created would be lost.
 */
export function sanitize(value: unknown, depth = 0): unknown {
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
  if (value === null || depth > maximumDepth) {
    return null;
  }
  if (Array.isArray(value)) {
    return value.map((item) => sanitize(item, depth + 1));
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => key !== pulumiSignatureKey && key !== "__proto__" && item !== undefined)
      .map(([key, item]) => [key.toWellFormed(), sanitize(item, depth + 1)]),
  );
}

/** {@link sanitize} for a property bag. */
export function sanitizeBag(bag: Record<string, unknown>): Record<string, unknown> {
  return sanitize(bag) as Record<string, unknown>;
}
