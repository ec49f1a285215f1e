/** The candidate that takes the fewest edits to reach from `text`, whatever its case. */
export function findNearest<T extends string>(text: string, candidates: readonly T[]): T {
  const wanted = text.toLowerCase().slice(0, 100);
  const distances = candidates.map((candidate) => measureDistance(wanted, candidate.toLowerCase()));
  return candidates[distances.indexOf(Math.min(...distances))] as T;
}

/** Whether `text` may be a misspelling of `candidate`. */
export function isNear(text: string, candidate: string): boolean {
  return measureDistance(text.toLowerCase().slice(0, 100), candidate.toLowerCase()) <= 2;
}

/** Levenshtein distance, with insertions at a quarter of the price: "twilio" is near "account_connection_twilio". */
function measureDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column / 4);
  for (let line = 1; line <= from.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= to.length; column += 1) {
      const substitution = (row[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 0.25));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
