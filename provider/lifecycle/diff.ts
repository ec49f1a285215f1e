import { dropNulls, isSameJson, type JsonObject } from "../json";
import { pickArguments, type AccountConnectionInputs } from "./inputs";
import { isEmptyPlan, planUpdate } from "./plan";
import { digestInputs, parseState, type AccountConnectionState } from "./state";

/** What diff answers to Pulumi. */
export interface Difference {
  /**
   * `undefined`: the inputs show what changes, and Pulumi works out the details from them. `true`: something changes
   * that the inputs do not show.
   */
  readonly changes: boolean | undefined;
  readonly replaces: string[];
  /** What is odd about the arguments, once the state is known. */
  readonly warnings: readonly string[];
}

/**
 * Compares the outputs in the state with the arguments.
 *
 * @param id id of the connection
 * @param olds outputs in the state
 * @param news checked inputs of the program; unknown values count as changed
 */
export function diffConnection(id: string, olds: JsonObject, news: JsonObject): Difference {
  const state = parseState(olds);
  const args = pickArguments(news);
  const { connectionId, config, rotationTrigger } = args;
  const replaces = connectionId !== undefined && connectionId !== id ? ["connectionId"] : [];
  if (state === undefined) {
    return { changes: true, replaces, warnings: [] };
  }
  const warnings = findWarnings(state, args);
  if (state.record.inputsDigest !== digestInputs(news)) {
    const isHidden =
      isNullChange(state.config, config) || isNullChange(state.record.rotationTrigger, rotationTrigger);
    return { changes: isHidden ? true : undefined, replaces, warnings };
  }
  const plan = planUpdate(args as unknown as AccountConnectionInputs, state);
  const changes = replaces.length > 0 || state.record.pending.length > 0 || !isEmptyPlan(plan);
  return { changes, replaces, warnings };
}

function findWarnings(
  { credentials, record }: AccountConnectionState,
  news: ReturnType<typeof pickArguments>,
): string[] {
  const isRolledBack =
    record.pending.includes("credentials") &&
    record.sent !== undefined &&
    credentials !== undefined &&
    isSameJson(news.credentials, credentials) &&
    !record.sent.some((sent) => isSameJson(sent, credentials));
  return [
    ...(isRolledBack
      ? [
          "a rotation was not confirmed, and the credentials of before it are sent again. Where ignoreChanges is what keeps " +
            "them, run `pulumi up --refresh`, which looks first",
        ]
      : []),
    ...(record.isAdopted && news.onDelete === "scrub"
      ? ['onDelete: "scrub" has no effect: the connection was adopted, and is only ever retained']
      : []),
  ];
}

/** Whether `null` in objects is all that differs: Pulumi takes it for nothing, and would drop the update. */
function isNullChange(before: unknown, now: unknown): boolean {
  return !isSameJson(before, now) && isSameJson(dropNulls(before), dropNulls(now));
}
