import { dropNulls, isSameJson, type JsonObject } from "../json";
import { pickArguments, type AccountConnectionInputs } from "./inputs";
import { isEmptyPlan, planUpdate } from "./plan";
import { digestInputs, parseState } from "./state";

/** What diff answers to Pulumi. */
export interface Difference {
  /**
   * `undefined`: the inputs show what changes, and Pulumi works out the details from them. `true`: something changes
   * that the inputs do not show.
   */
  readonly changes: boolean | undefined;
  readonly replaces: string[];
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
  const connectionId = pickArguments(news).connectionId;
  const replaces = connectionId !== undefined && connectionId !== id ? ["connectionId"] : [];
  if (state === undefined) {
    return { changes: true, replaces };
  }
  if (state.record.inputsDigest !== digestInputs(news)) {
    const { config, rotationTrigger } = pickArguments(news);
    const isHidden =
      isNullChange(state.config, config) || isNullChange(state.record.rotationTrigger, rotationTrigger);
    return { changes: isHidden ? true : undefined, replaces };
  }
  const plan = planUpdate(pickArguments(news) as unknown as AccountConnectionInputs, state);
  return { changes: replaces.length > 0 || state.record.pending.length > 0 || !isEmptyPlan(plan), replaces };
}

/** Whether `null` in objects is all that differs: Pulumi takes it for nothing, and would drop the update. */
function isNullChange(before: unknown, now: unknown): boolean {
  return !isSameJson(before, now) && isSameJson(dropNulls(before), dropNulls(now));
}
