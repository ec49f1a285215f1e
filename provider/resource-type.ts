/** Type of the resource in states and URNs. It can never change: states hold it for ever. */
export const resourceType = "pulumi-nodejs:dynamic/fluents:AccountConnection";

/** Name of a resource in its stack, which is the last part of its URN. */
export function readResourceName(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** A URN as a word of a POSIX shell: names may hold quotes. */
export function quoteUrn(urn: string): string {
  return `'${urn.replaceAll("'", String.raw`'\''`)}'`;
}
