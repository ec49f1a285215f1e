import { listLeaves } from "./json";

/** Shorter values are not looked for: they would deface every message, and protect nothing. */
const shortestSecret = 4;

const mark = "[secret]";

/** Takes the secrets that this process has seen out of texts that leave it. */
export class Redactor {
  readonly #forms = new Set<string>();

  /** Remembers every text and number inside `value` as a secret, in the forms in which it may come back. */
  add(value: unknown): void {
    for (const leaf of listLeaves(value)) {
      if (typeof leaf.value === "string" || typeof leaf.value === "number") {
        this.#addText(String(leaf.value));
      }
    }
  }

  /** `text` without the secrets. */
  redact(text: string): string {
    let result = text;
    for (const form of [...this.#forms].sort((a, b) => b.length - a.length)) {
      result = result.replaceAll(form, mark);
    }
    return result.replace(/\bBearer\s+[^\s"',;]+/gi, `Bearer ${mark}`);
  }

  #addText(secret: string): void {
    if (secret.length < shortestSecret) {
      return;
    }
    const wellFormed = secret.toWellFormed();
    const bytes = Buffer.from(wellFormed);
    for (const form of [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(wellFormed),
      new URLSearchParams([["", wellFormed]]).toString().slice(1),
      bytes.toString("base64").replace(/=+$/, ""),
      bytes.toString("base64url"),
    ]) {
      this.#forms.add(form);
    }
  }
}
