import { AccountConnectionType } from "../account-connection-type";
import { describePath, isJsonObject, isSameJson, listLeaves, splitPath, type JsonObject } from "../json";
import { isVerifiableType, vendors } from "../vendors/vendors";
import {
  isConnectionType,
  isKnownConnectionType,
  parseInputs,
  pickArguments,
  unknownValue,
  type ArgumentName,
} from "./inputs";
import { findNearest, isNear } from "./nearest";
import { matchesField, plainFields } from "./plan";

/** What check finds. */
export interface CheckFindings {
  /** What is wrong, a line each, without values. */
  readonly problems: readonly string[];
  /** What is odd. */
  readonly warnings: readonly string[];
}

/** Arguments whose value stays at the service when a program no longer gives them. */
const remoteArguments: readonly ArgumentName[] = [...plainFields, "credentials", "config"];

/** What empties an argument at the service. */
const emptyValues: Partial<Record<ArgumentName, string>> = {
  label: 'label: ""',
  description: 'description: ""',
  steeringPool: "steeringPool: []",
};

/** Hidden input by which a refresh says that the type was changed behind Pulumi's back. */
export const typeDriftKey = "__typeDrift";

/**
 * Validates the arguments against themselves and the last ones.
 *
 * @param olds inputs in the state
 * @param news inputs of the program
 */
export function checkInputs(olds: JsonObject, news: JsonObject): CheckFindings {
  const { problems = [] } = parseInputs(news);
  const before = pickArguments(olds);
  const now = pickArguments(news);
  const typeProblems = isTypeChangedAlone(olds, before, now)
    ? [
        "type must not change alone: give the credentials of the new type in the same step or, if they stay the same, " +
          "another rotationTrigger, which sends them again." +
          suggestType(now.type),
      ]
    : [];
  const allProblems = [...problems, ...typeProblems];
  return {
    problems: allProblems,
    // A misspelt argument looks dropped, for instance.
    warnings:
      allProblems.length > 0
        ? []
        : [
            ...findOddType(now.type),
            ...findMissingCredentials(now),
            ...findPaddedCredentials(now),
            ...findOddNumbers(before, now),
            ...findDropped(before, now),
            ...findIdleTrigger(now),
          ],
  };
}

type Arguments = Partial<Record<ArgumentName, unknown>>;

function isTypeChangedAlone(olds: JsonObject, before: Arguments, now: Arguments): boolean {
  const isOtherConnection = now.connectionId !== undefined && now.connectionId !== before.connectionId;
  return (
    !isOtherConnection &&
    before.type !== undefined &&
    typeof now.type === "string" &&
    isConnectionType(now.type) &&
    olds[typeDriftKey] !== true &&
    before.type !== now.type &&
    before.type !== unknownValue &&
    isSameJson(before.credentials, now.credentials) &&
    (now.credentials === undefined || isSameJson(before.rotationTrigger, now.rotationTrigger))
  );
}

function findOddType(type: unknown): string[] {
  return typeof type !== "string" || type === unknownValue || isKnownConnectionType(type)
    ? []
    : [`type is not one that this release knows; it is passed to Fluents as it is.${suggestType(type)}`];
}

function suggestType(type: unknown): string {
  const known = Object.values(AccountConnectionType);
  const nearest =
    typeof type === "string" && !isKnownConnectionType(type) ? findNearest(type, known) : undefined;
  return nearest !== undefined && isNear(String(type), nearest) ? ` Did you mean "${nearest}"?` : "";
}

/** Credentials pass as they are; where the names are known, what is missing would replace what works. */
function findMissingCredentials({ type, credentials }: Arguments): string[] {
  if (typeof type !== "string" || !isVerifiableType(type) || !isJsonObject(credentials)) {
    return [];
  }
  const { name: vendor, keys } = vendors[type];
  const names = Object.keys(credentials);
  const otherNames = names.filter((name) => !(keys as readonly string[]).includes(name));
  return keys
    .filter((key) => !names.includes(key))
    .flatMap((key) =>
      otherNames.length === 0
        ? [`credentials has no ${key}, which ${vendor} needs: they are sent without it. Add it`]
        : otherNames
            .filter((name) => isNear(name, key))
            .map(
              (name) =>
                `credentials has no ${key}; did you mean that by ${describePath([name])}? They are sent as they are: mend the name`,
            ),
    );
}

/** The line break at the end of a file, mostly. Texts of several lines, and JSON, may well have it. */
function findPaddedCredentials({ credentials }: Arguments): string[] {
  return listLeaves(credentials).flatMap(({ path, value }) => {
    const trimmed = typeof value === "string" ? value.trim() : value;
    return typeof trimmed !== "string" || trimmed === value || /^[[{]|[\r\n]/.test(trimmed)
      ? []
      : [
          `${describePath(["credentials", ...splitPath(path)])} begins or ends with white space, which a key does not. ` +
            "Sent as it is: set the value without it, or take it off in the program",
        ];
  });
}

/** What is no phone number of E.164, which carriers want, passes: the API does not say what it takes. */
function findOddNumbers(before: Arguments, { steeringPool }: Arguments): string[] {
  if (!Array.isArray(steeringPool) || matchesField(steeringPool, before.steeringPool)) {
    return [];
  }
  const odd = steeringPool.flatMap((number, index) =>
    number === unknownValue || /^\+[1-9]\d{1,14}$/.test(String(number))
      ? []
      : [describePath(["steeringPool", index])],
  );
  return odd.length === 0
    ? []
    : [
        `${odd.join(", ")}: not of the form "+14155550100" (E.164), which carriers want of a phone number. ` +
          "Sent as it is: mend what is misspelt",
      ];
}

function findDropped(before: Arguments, now: Arguments): string[] {
  const dropped = remoteArguments.filter((name) => before[name] !== undefined && now[name] === undefined);
  const emptied = dropped.flatMap((name) => emptyValues[name] ?? []);
  return dropped.length === 0
    ? []
    : [
        `no longer declared, so no longer managed: ${dropped.join(", ")}. The connection keeps what it has` +
          (emptied.length === 0 ? "" : `; to empty it, declare ${emptied.join(", ")}`),
      ];
}

function findIdleTrigger(now: Arguments): string[] {
  return now.rotationTrigger !== undefined && now.credentials === undefined
    ? ["rotationTrigger sends nothing where no credentials are declared"]
    : [];
}
