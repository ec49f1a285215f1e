import { FluentsError } from "../errors";
import type { JsonObject } from "../json";
import { applyPlan, beginState } from "./apply";
import { failElsewhere } from "./missing";
import { planAdoption, planUpdate } from "./plan";
import type { Session } from "./session";
import { parseState, readUrn, requireInputs, type AccountConnectionState } from "./state";

/**
 * Brings the connection in step by at most one update with only what changed.
 *
 * @param olds outputs in the state
 * @param news checked inputs
 * @throws HalfDoneError if it is not known whether the update was applied
 */
export async function updateConnection(
  session: Session,
  id: string,
  olds: JsonObject,
  news: JsonObject,
): Promise<AccountConnectionState> {
  const inputs = requireInputs(news);
  if (inputs.connectionId !== undefined && inputs.connectionId !== id) {
    throw new FluentsError(
      "invalid_arguments",
      `connectionId: an update cannot turn connection ${id} into another one`,
    );
  }
  const previous = parseState(olds);
  return previous === undefined
    ? takeOver(session, id, inputs, news)
    : applyPlan(session, { id, inputs, previous, plan: planUpdate(inputs, previous), bag: news });
}

/** A resource that another dynamic provider made: what it stored is not trusted, the service is asked. */
async function takeOver(
  session: Session,
  id: string,
  inputs: ReturnType<typeof requireInputs>,
  bag: JsonObject,
): Promise<AccountConnectionState> {
  const observed = await session.client.find(id, readUrn(bag));
  if (observed === undefined) {
    throw failElsewhere(id, bag, "it is not recorded which API key and base URL last saw it");
  }
  const { record, ...outputs } = beginState(inputs, observed, {
    isAdopted: true,
    environmentDigest: session.environmentDigest,
  });
  // Pulumi has the inputs of the other provider: nothing says which of them are secret.
  const previous = { ...outputs, record: { ...record, managed: [], configKeys: [] } };
  return applyPlan(session, { id, inputs, previous, plan: planAdoption(inputs, observed), observed, bag });
}
