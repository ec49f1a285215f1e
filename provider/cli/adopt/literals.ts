/** Characters that an editor does not show, or shows as something else, beside those that JSON escapes. */
const unseen = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** The text as a string literal, in double quotes unless that takes more escapes. */
export function quoteText(text: string): string {
  const json = JSON.stringify(text).replace(
    unseen,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const doubleQuotes = text.split('"').length;
  const singleQuotes = text.split("'").length;
  return doubleQuotes <= singleQuotes
    ? json
    : `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** The key of a property, in quotes where it needs them. */
export function quoteKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoteText(key);
}
