import { listLeaves } from "../../json";

/** Shorter texts, and those without a digit, also stand in labels by chance, e.g. the name of a region. */
const shortestSecret = 12;

const secretWords =
  /^(?:keys?|apikeys?|tokens?|secrets?|pass(?:word|wd|phrase|code)?|pwd|credentials?|creds?|auth|oauth|authorization|bearer|jwt|pin|private|signature|certificate|cookies?)$/;

const secretForms =
  /^(?:bearer|basic)\s|^(?:sk|pk|rk|xox[a-z]|gh[a-z])[-_]\w|^eyJ[\w-]+\.|-----BEGIN|:\/\/[^/\s@]*:[^/\s@]+@/i;

/** Whether a key on the way to a value says that it is a secret, e.g. `webhook_token`. */
export function hasSecretKey(path: readonly string[], value: unknown): boolean {
  return path
    .flatMap((key) =>
      key
        .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
        .toLowerCase()
        .split(/[^a-z0-9]+/),
    )
    .some((word) => secretWords.test(word) && !(word === "tokens" && typeof value === "number"));
}

/** Whether a text has the form of a secret, e.g. `sk-…`. */
export function hasSecretForm(text: string): boolean {
  return secretForms.test(text);
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

  /** Whether a secret stands in the text. */
  isIn(text: string): boolean {
    return [...this.#texts].some((secret) => text.includes(secret));
  }
}
