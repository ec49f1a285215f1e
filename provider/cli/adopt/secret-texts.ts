import { listLeaves, splitPath, type JsonObject } from "../../json";

/** Shorter texts, and those without a digit, also stand in labels by chance, e.g. the name of a region. */
const shortestSecret = 12;

const secretWords =
  /(?:key|token|secret|password|passwd|passphrase|passcode|credential)s?$|^(?:pwd|pin|creds?|auth|oauth|authorization|bearer|jwt|private|signature|certificate|cookies?)$/;

const secretForms =
  /^(?:bearer|basic)\s|^(?:sk|pk|rk|xox[a-z]|gh[a-z])[-_]\w|^eyJ[\w-]+\.|-----BEGIN|:\/\/[^\s@]*:[^\s@]+@/i;

/** Whether a setting looks like a secret: by a key on the way to it, e.g. `webhook_token`, or by its form, e.g. `sk-…`. */
export function looksSecret(path: readonly string[], value: unknown): boolean {
  return (
    (typeof value === "string" && secretForms.test(value)) ||
    ((typeof value === "string" || typeof value === "number") &&
      path.flatMap(splitWords).some((word) => secretWords.test(word) && !isCount(word, value)))
  );
}

function splitWords(key: string): string[] {
  return key
    .replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$1$3 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

/** `max_tokens: 100` is no secret. */
function isCount(word: string, value: unknown): boolean {
  return word === "tokens" && typeof value === "number";
}

/** The secrets of an account and a stack, to find them where they do not belong, e.g. in a description. */
export class SecretTexts {
  readonly #texts = new Set<string>();

  /** Remembers every text inside `value`. */
  add(value: unknown): void {
    for (const leaf of listLeaves(value)) {
      if (typeof leaf.value === "string" && leaf.value.length >= shortestSecret && /\d/.test(leaf.value)) {
        this.#texts.add(leaf.value);
      }
    }
  }

  /** Remembers what looks like a secret in the `config` of a connection. */
  addConfig(config: JsonObject): void {
    for (const { path, value } of listLeaves(config)) {
      if (looksSecret(splitPath(path), value)) {
        this.add(value);
      }
    }
  }

  /** Whether a secret stands in the text. */
  isIn(text: string): boolean {
    return [...this.#texts].some((secret) => text.includes(secret));
  }
}
