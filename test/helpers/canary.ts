import assert from "node:assert/strict";

/** Part of every secret of the canary tests; whatever escapes a text leaves these characters as they are. */
export const canary = "Canary9f3K7q2Zx6";

/** A secret for a place, with characters that JSON, URLs and shells escape. */
export function makeSecret(place: string): string {
  return `"+/%\\&<${canary}-${place}`;
}

/** How the canary may appear in a text: base64 has three ways, by what comes before it. */
const appearances: readonly string[] = [
  canary,
  ...[0, 1, 2].map((offset) =>
    Buffer.from("#".repeat(offset) + canary)
      .toString("base64")
      .slice(offset === 0 ? 0 : 4, -4),
  ),
  Buffer.from(canary).toString("hex"),
];

/** The ways in which the canary appears in a text. */
export function findCanary(text: string): string[] {
  return appearances.filter((appearance) => text.includes(appearance));
}

/** Makes sure that the canary is in none of the texts, by title. */
export function assertNoCanary(texts: Readonly<Record<string, string>>): void {
  for (const [title, text] of Object.entries(texts)) {
    assert.deepEqual(findCanary(text), [], `${title}: ${text}`);
  }
}
