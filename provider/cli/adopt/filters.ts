import { InvalidArgumentError } from "commander";

import { AccountConnectionType } from "../../account-connection-type";
import type { Connection } from "../../api/wire";
import { isConnectionType } from "../../lifecycle/inputs";
import { findNearest } from "../../lifecycle/nearest";
import { shortenType } from "./naming";

/** Which connections are wanted; an empty list asks for nothing. */
export interface Filters {
  /** API values. */
  readonly types: readonly string[];
  /** Parts of labels, whatever their case. */
  readonly labels: readonly string[];
}

/** `azure_llm`, `azure-llm` and `AzureLLM` are the same. */
const fold = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");

const knownTypes = Object.values(AccountConnectionType);

/**
 * Reads a type as people write it: `twilio`, or the API's `account_connection_twilio`.
 *
 * @throws InvalidArgumentError if it is none
 */
export function parseType(text: string): string {
  const known = knownTypes.find((type) =>
    [type, shortenType(type)].some((name) => fold(name) === fold(text)),
  );
  if (known !== undefined) {
    return known;
  }
  // A vendor that Fluents adds after this release.
  if (isConnectionType(text)) {
    return text;
  }
  const nearest = findNearest(text, knownTypes.map(shortenType));
  throw new InvalidArgumentError(`It is not a type of account connection; the nearest is "${nearest}".`);
}

/** Whether a connection passes the filters. */
export function isWanted({ type, label = "" }: Connection, { types, labels }: Filters): boolean {
  const text = label.toLowerCase();
  return (
    (types.length === 0 || types.includes(type)) &&
    (labels.length === 0 || labels.some((part) => text.includes(part.toLowerCase())))
  );
}
