import { createHash } from "node:crypto";

import type { Connection } from "../../api/wire";

/** What a resource is called. */
export interface ResourceName {
  /** Name of the resource in the stack, e.g. `twilio-production`. */
  readonly resource: string;
  /** Name of the constant in the program, e.g. `twilioProduction`. */
  readonly variable: string;
}

/** Makes names out of texts. */
export interface Naming {
  /** Words in lower case with dashes between them; `""` if nothing of the text can be kept. */
  slugify(text: string): string;
  /** The same, with a new word at each capital letter. */
  slugifyKey(text: string): string;
  /** Whether no constant of a program should be called so. */
  isReserved(name: string): boolean;
}

/** Longer slugs are cut off, at a dash if there is one. */
const longestSlug = 40;

/** Characters of an id that tell connections with equal labels apart; more are taken if they do not suffice. */
const shortestSuffix = 8;

/**
 * Names that the program or the module around it has already, and globals that an editor of the program may want. Not
 * `globalThis`, which libraries add to: names must not depend on what is loaded.
 */
const takenNames = new Set([
  "config",
  "connectionIds",
  "console",
  "crypto",
  "exports",
  "fetch",
  "fluents",
  "global",
  "isFinite",
  "isNaN",
  "module",
  "navigator",
  "parseFloat",
  "parseInt",
  "performance",
  "process",
  "pulumi",
  "require",
  "structuredClone",
]);

/** Loads what names are made with: ES modules, which nothing else needs. */
export async function loadNaming(): Promise<Naming> {
  const [{ default: slugify }, { default: listReserved }] = await Promise.all([
    import("@sindresorhus/slugify"),
    import("reserved-identifiers"),
  ]);
  const reserved = listReserved({ includeGlobalProperties: true });
  return {
    slugify: (text) => cut(slugify(text, { decamelize: false })),
    slugifyKey: (text) => cut(slugify(text)),
    isReserved: (name) => reserved.has(name) || takenNames.has(name),
  };
}

function cut(slug: string): string {
  return slug.length <= longestSlug ? slug : slug.slice(0, longestSlug + 1).replace(/-[^-]*$|.$/, "");
}

/** `twilio` of `account_connection_twilio`. */
export function shortenType(type: string): string {
  return type.replace(/^account_connection_/, "");
}

/** `twilio-production` as `twilioProduction`. */
function toCamelCase(slug: string): string {
  return slug.replace(/-+(.)/g, (_match, letter: string) => letter.toUpperCase());
}

/** What names depend on. The label is absent where it must not show. */
export type Nameable = Pick<Connection, "id" | "type" | "label">;

/**
 * Names all connections of an account. A name depends on its connection's label, type and id, and on whether another one
 * would have the same: not on the order. Give the whole account, so that a filter changes no name.
 *
 * @param owners names of the stack's resources, with the id of the connection that each manages
 * @returns names by id
 */
export function nameConnections(
  connections: readonly Nameable[],
  owners: ReadonlyMap<string, string | undefined>,
  naming: Naming,
): Map<string, ResourceName> {
  const toVariable = (slug: string) => {
    const variable = toCamelCase(slug);
    return naming.isReserved(variable) ? `${variable}Connection` : variable;
  };
  const isTaken = (name: string, id: string) => owners.has(name) && owners.get(name) !== id;
  const slugs = connections.map((connection) => slugConnection(connection, naming));
  const counts = new Map<string, number>();
  for (const slug of slugs) {
    counts.set(toVariable(slug), (counts.get(toVariable(slug)) ?? 0) + 1);
  }
  for (let suffixLength = shortestSuffix; ; suffixLength += 1) {
    const names = connections.map(({ id }, index): [string, ResourceName] => {
      const slug = slugs[index] ?? "";
      const isAlone = counts.get(toVariable(slug)) === 1 && !isTaken(slug, id);
      const resource = isAlone ? slug : `${slug}-${describeId(id).slice(0, suffixLength)}`;
      return [id, { resource, variable: toVariable(resource) }];
    });
    const variables = new Set(names.map(([, { variable }]) => variable));
    if (variables.size === names.length && !names.some(([id, { resource }]) => isTaken(resource, id))) {
      return new Map(names);
    }
  }
}

/** A slug that begins with a letter, as identifiers do. */
function slugConnection({ type, label = "" }: Nameable, naming: Naming): string {
  const kind = naming.slugify(shortenType(type));
  const slug = naming.slugify(label);
  const named = slug === "" ? kind : /^[a-z]/.test(slug) ? slug : `${kind}-${slug}`;
  return /^[a-z]/.test(named) ? named : `connection-${named}`;
}

/** The id's letters and digits; the digest behind them tells ids apart that differ in the rest. */
function describeId(id: string): string {
  return id.toLowerCase().replace(/[^a-z0-9]/g, "") + createHash("sha256").update(id).digest("hex");
}

/**
 * Names the stack's config values of one connection. No other connection has the same: no variable holds an underscore.
 *
 * @param paths keys on the way to each value, e.g. `["credentials", "twilio_auth_token"]`
 * @returns config keys in the order of the paths, e.g. `twilioProduction_authToken`
 */
export function nameConfigKeys(
  variable: string,
  type: string,
  paths: readonly (readonly string[])[],
  naming: Naming,
): string[] {
  const kind = `${naming.slugifyKey(shortenType(type))}-`;
  const parts = paths.map((path) => {
    const [root, ...keys] = path;
    const slug = naming.slugifyKey((root === "credentials" ? keys : path).join(" "));
    return toCamelCase(slug.startsWith(kind) ? slug.slice(kind.length) : slug);
  });
  return parts.map((part, index) => {
    const isAlone = part !== "" && parts.indexOf(part) === parts.lastIndexOf(part);
    const digest = createHash("sha256").update(JSON.stringify(paths[index])).digest("hex");
    return [variable, part, isAlone ? "" : digest.slice(0, 16)].filter((word) => word !== "").join("_");
  });
}
