import { listLeaves, parseJson } from "./json";

/** Shorter values are not looked for: they would deface every message, and protect nothing. */
const shortestSecret = 4;

/** Shorter parts of a secret are not looked for: they may be words that say nothing, e.g. `service_account`. */
const shortestPart = 16;

/** Takes the secrets that this process has seen out of texts that leave it. */
export class Redactor {
  readonly #secrets = new Set<string>();
  /** The secrets whose forms are not worked out yet: most processes never redact anything. */
  readonly #added: string[] = [];
  /** The longest first: a short one may be part of it. */
  #forms: readonly string[] = [];

  /** @param mark what stands in place of a secret */
  constructor(private readonly mark = "[secret]") {}

  /** Remembers every text and number inside `value` as a secret, and the parts of a text of several lines or in JSON. */
  add(value: unknown): void {
    for (const leaf of listLeaves(value)) {
      const secret =
        typeof leaf.value === "string" || typeof leaf.value === "number" ? String(leaf.value) : "";
      if (secret.length >= shortestSecret && !this.#secrets.has(secret)) {
        this.#secrets.add(secret);
        this.#added.push(secret);
        this.add(listParts(secret));
      }
    }
  }

  /** `text` without the secrets, in all forms in which they may come back. */
  redact(text: string): string {
    const added = this.#added
      .splice(0)
      .flatMap((secret) => [secret, ...escapeText(secret), ...encodeBase64(Buffer.from(secret))]);
    if (added.length > 0) {
      this.#forms = [...new Set([...this.#forms, ...added])].sort((a, b) => b.length - a.length);
    }
    let result = text;
    for (const form of this.#forms) {
      result = result.replaceAll(form, this.mark);
    }
    return result.replace(/\bBearer\s+[^\s"',;]+/gi, `Bearer ${this.mark}`);
  }
}

/** Parts that are secrets by themselves: whoever quotes the whole may escape what is between them in ways of their own. */
function listParts(secret: string): string[] {
  if (secret.length <= shortestPart) {
    return [];
  }
  const leaves = listLeaves(/^\s*[[{]/.test(secret) ? parseJson(secret) : undefined).map(
    ({ value }) => value,
  );
  return [...secret.split(/[\r\n]+/), ...leaves].filter(
    (part): part is string => typeof part === "string" && part.length >= shortestPart && part !== secret,
  );
}

/** As it stands in JSON, also in JSON inside of JSON, in other languages that escape as JSON but for quotes, and in URLs. */
function escapeText(text: string): string[] {
  const wellFormed = text.toWellFormed();
  const json = JSON.stringify(text).slice(1, -1);
  const url = encodeURIComponent(wellFormed);
  return [
    json,
    JSON.stringify(json).slice(1, -1),
    json.replaceAll('\\"', '"'),
    json.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`),
    url,
    url.replace(/%../g, (code) => code.toLowerCase()),
    new URLSearchParams([["", wellFormed]]).toString().slice(1),
  ];
}

/** As it stands in base64 by itself, and inside a longer text, where it may begin at any of three places. */
function encodeBase64(bytes: Buffer): string[] {
  const inside = [0, 1, 2].map((shift) => {
    const wholeCharacters = Math.floor(((shift + bytes.length) * 8) / 6);
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    return text.slice(shift === 0 ? 0 : shift + 1, wholeCharacters);
  });
  const forms = [bytes.toString("base64").replace(/=+$/, ""), ...inside];
  return [...forms, ...forms.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"))];
}
