import { isJsonObject, joinPath, listLeaves, splitPath, type JsonLeaf } from "../../json";

/** Shorter texts also stand in labels by chance. */
const shortestSecret = 6;

/** So do longer ones that only stand beside secrets, e.g. the name of a region, where they are shorter or have no digit. */
const shortestCompanion = 12;

const secretWords =
  /(?:key|token|secret|password|passwd|passphrase|passcode|credential)s?$|^(?:pwd|pin|creds?|auth|oauth|authorization|bearer|jwt|private|signature|certificate|cookies?)$/;

const secretForms = [
  /^(?:bearer|basic)\s|^(?:sk|pk|rk|xox[a-z]|gh[a-z])[-_]\w|^eyJ[\w-]+\.|-----BEGIN/i,
  /\b(?:AIza[\w-]{20}|A[KS]IA[A-Z\d]{16})/,
  /:\/\/[^\s@]*:[^\s@]+@|\/\/hooks\.slack\.com\/|\/api\/webhooks\/\d/i,
  // In a query or a connection string.
  /(?:^|[?&;,\s])[\w.-]*(?:key|token|secret|password|passwd|pwd|signature|sig|credential|auth)=[^\s&;]/i,
];

/** Keys of a setting that say what the `value` beside them is, as in a list of headers. */
const nameKeys = ["name", "key", "header"];

/** Whether a setting looks like a secret: by a key on the way to it, e.g. `webhook_token`, or by its form, e.g. `sk-…`. */
export function looksSecret(path: readonly string[], value: unknown): boolean {
  return (
    (typeof value === "string" && secretForms.some((form) => form.test(value))) ||
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

/** JSON pointers of the settings in a `config` that look like secrets, also by a name as in `{ name: "X-Api-Key", value: "…" }`. */
export function findSecretSettings(config: unknown): Set<string> {
  const found = new Set<string>();
  const nodes: { path: string; names: readonly string[]; value: unknown }[] = [
    { path: "", names: [], value: config },
  ];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    const { path, names, value } = node;
    if (looksSecret(names, value)) {
      found.add(path);
    }
    const beside = isJsonObject(value) ? nameKeys.map((key) => value[key]).filter(isText) : [];
    const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
    for (const [key, item] of entries) {
      const more = key === "value" ? beside : [];
      nodes.push({ path: joinPath(path, key), names: [...names, ...more, key], value: item });
    }
  }
  return found;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTextLeaf(leaf: JsonLeaf): leaf is JsonLeaf & { readonly value: string } {
  return isText(leaf.value);
}

/** The secrets of an account and a stack, to find them where they do not belong, e.g. in a description. */
export class SecretTexts {
  readonly #texts = new Set<string>();

  /** Remembers secrets. */
  addSecrets(texts: readonly string[]): void {
    for (const text of texts.filter(({ length }) => length >= shortestSecret)) {
      this.#texts.add(text);
    }
  }

  /** Remembers the credentials of a connection, but for those that are no secrets by their key, e.g. a region. */
  addCredentials(credentials: unknown): void {
    const texts = listLeaves(credentials).filter(isTextLeaf);
    this.addSecrets(
      texts
        .filter(
          ({ path, value }) =>
            looksSecret(splitPath(path), value) || (value.length >= shortestCompanion && /\d/.test(value)),
        )
        .map(({ value }) => value),
    );
  }

  /** Remembers what looks like a secret in the `config` of a connection. */
  addConfig(config: unknown): void {
    const paths = findSecretSettings(config);
    this.addSecrets(
      listLeaves(config)
        .filter(isTextLeaf)
        .filter(({ path }) => paths.has(path))
        .map(({ value }) => value),
    );
  }

  /** Whether a secret stands in the text. */
  isIn(text: string): boolean {
    return [...this.#texts].some((secret) => text.includes(secret));
  }
}
