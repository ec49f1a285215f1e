/** The errors in a `pulumi` output by resource, each with all its lines; the first of a resource only. */
export function readErrors(output: string): Map<string, string> {
  const errors = new Map<string, string>();
  const diagnostics = output.slice(output.indexOf("\nDiagnostics:"));
  for (const block of diagnostics.split(/^ {2}(?=\S)/m).slice(1)) {
    const name = /^\S+ \((.+)\):$/m.exec(block)?.[1];
    const text = /^ {4}error: ((?:.*\n?)*)/m.exec(block)?.[1];
    if (name !== undefined && text !== undefined) {
      errors.set(name, text.replace(/^1 error occurred:\s*\* /, "").trim());
    }
  }
  // Pulumi does not say which resource a read belongs to; the provider does.
  for (const [, name = "", text = ""] of output.matchAll(/^FluentsError: resource "(.+?)": (.*)$/gm)) {
    errors.set(name, text);
  }
  return errors;
}

/** What an error says first, without what differs between runs. */
export function summariseError(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "ID")
    .replaceAll(/http:\/\/[\w.]+:\d+/g, "the API")
    .replace(/^((GET|POST) \S+|resource ".+?"): /, "")
    .replace(/( \(|\. |\n|: (Refused|an HTML page|type:)).*$/s, "")
    .replace(/:\s*$/, "");
}
