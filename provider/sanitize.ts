/** A key by which Pulumi marks special values in a property bag: a plain object that has it is not data any more. */
export const pulumiSignatureKey = "4dabf18193072939515e22adb298388d";

/** Its value on a secret, which the engine takes from a provider even where it sends none. */
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A value as a secret in a property bag, as check may answer it. */
export function markSecret(value: unknown): Record<string, unknown> {
  return { [pulumiSignatureKey]: secretSignature, value };
}

/** Levels of a bag. Deeper values are cut, and so are those that hold themselves: the protobuf encoder recurses. */
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

function copy(value: unknown, ancestors: object[]): unknown {
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
  ancestors.push(value);
  const result = Array.isArray(value)
    ? Array.from(value, (item: unknown) => copy(item, ancestors))
    : copyObject(value, ancestors);
  ancestors.pop();
  return result;
}

function copyObject(object: object, ancestors: object[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(object)) {
    if (key !== pulumiSignatureKey && key !== "__proto__" && item !== undefined) {
      result[key.toWellFormed()] = copy(item, ancestors);
    }
  }
  return result;
}
