import { FluentsError } from "../errors";
import type { JsonObject } from "../json";
import type { Step } from "./apply";
import type { Session } from "./session";
import { describeResource, describeStateDelete, type AccountConnectionState } from "./state";

/**
 * With another key every connection looks deleted: only a key that saw it, or its neighbours, can tell.
 *
 * @throws FluentsError `wrong_environment` if it is not certain that the connection is gone
 */
export async function assertGone(
  session: Session,
  id: string,
  { record }: AccountConnectionState,
  bag: JsonObject,
): Promise<void> {
  if (!session.confirmedDigests.has(record.environmentDigest)) {
    // A neighbour may be on its way.
    await session.untilRead();
  }
  if (!session.confirmedDigests.has(record.environmentDigest)) {
    throw failElsewhere(id, bag, "the API key or base URL is not the one that last saw it");
  }
}

/**
 * The error for a connection that is in the state, and of which this key can say nothing.
 *
 * @param reason why it cannot
 */
export function failElsewhere(id: string, bag: JsonObject, reason: string): FluentsError {
  return new FluentsError(
    "wrong_environment",
    `${describeResource(bag)}: Fluents has no connection ${id}, but ${reason}, ` +
      "so it may exist in another environment. Set the right key (`pulumi config set --secret fluents:apiKey`, " +
      "or FLUENTS_API_KEY) and address (fluents:baseUrl, or FLUENTS_API_URL), then run `pulumi up`. If the connection is " +
      `really gone run ${describeStateDelete(bag)}`,
  );
}

/**
 * Fails for a connection that an update needs and the service does not have.
 *
 * @throws FluentsError `not_found`, or `wrong_environment` if it is not certain that it is gone
 */
export async function failGone(session: Session, { id, inputs, previous, bag }: Step): Promise<never> {
  await assertGone(session, id, previous, bag);
  const mend =
    inputs.connectionId === undefined
      ? "Run `pulumi refresh`, then `pulumi up`, which creates it again"
      : "Give another connectionId and run `pulumi up`; or take it out and declare the credentials, run `pulumi refresh`, " +
        "then `pulumi up`, which creates a new one";
  throw new FluentsError("not_found", `connection ${id} is gone: Fluents no longer has it. ${mend}`);
}

/**
 * The error for an id that somebody has given and that the service does not know.
 *
 * @param subject what it was given for, with a colon; `""` if that is said elsewhere
 */
export function failMissing(subject: string, id: string): FluentsError {
  return new FluentsError(
    "not_found",
    `${subject}Fluents has no connection ${id} in the environment of this API key. ` +
      "Copy the id from the dashboard, and see that fluents:apiKey is the key of that environment",
  );
}
