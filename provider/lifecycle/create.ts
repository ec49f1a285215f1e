import { setTimeout as sleep } from "node:timers/promises";

import { CreatedInvalidError } from "../api/client";
import type { Connection, ConnectionFields } from "../api/wire";
import { describeError, describeReason, FluentsError, HalfDoneError, RequestError } from "../errors";
import type { JsonObject } from "../json";
import { applyPlan, beginState, confirmSent, failHalfDone, verifyBeforeSending } from "./apply";
import { compareCredentials } from "./credentials";
import { guardAgainstDuplicate, hasLabel } from "./duplicates";
import type { AccountConnectionInputs } from "./inputs";
import { failMissing } from "./missing";
import {
  findChangedFields,
  matchesConfig,
  observeConfig,
  pickFields,
  plainFields,
  planAdoption,
} from "./plan";
import type { Session } from "./session";
import { readUrn, requireInputs, type AccountConnectionState } from "./state";

/** Pause between two looks for a connection whose creation was not confirmed, in milliseconds. */
const searchPauseMs = 1000;

/** A connection that is now managed. */
export interface Created {
  readonly id: string;
  readonly state: AccountConnectionState;
}

/**
 * Adopts the connection of `connectionId`, or creates one.
 *
 * @param bag checked inputs
 * @throws FluentsError if there is nothing to manage; HalfDoneError if there is, but not all of it is confirmed
 */
export async function createConnection(session: Session, bag: JsonObject): Promise<Created> {
  const inputs = requireInputs(bag);
  return inputs.connectionId === undefined
    ? makeConnection(session, inputs, bag)
    : adoptConnection(session, inputs, inputs.connectionId, bag);
}

async function adoptConnection(
  session: Session,
  inputs: AccountConnectionInputs,
  id: string,
  bag: JsonObject,
): Promise<Created> {
  const observed = await session.client.find(id, readUrn(bag));
  if (observed === undefined) {
    throw failMissing("connectionId: ", id);
  }
  if (observed.type !== inputs.type) {
    throw new FluentsError(
      "type_mismatch",
      `connectionId: connection ${id} (label ${JSON.stringify(observed.label ?? "")}) is of type ${observed.type}. ` +
        "Adopt it with that type, or give the id of another connection",
    );
  }
  session.managers.adopt(id);
  const previous = beginState(inputs, observed, {
    isAdopted: true,
    environmentDigest: session.environmentDigest,
  });
  const plan = planAdoption(inputs, observed);
  return { id, state: await applyPlan(session, { id, inputs, previous, plan, observed, bag }) };
}

async function makeConnection(
  session: Session,
  inputs: AccountConnectionInputs,
  bag: JsonObject,
): Promise<Created> {
  const urn = readUrn(bag);
  // The list of another environment would say nothing of twins in this one.
  await session.client.assertEnvironment();
  const existing = await session.listExisting();
  await guardAgainstDuplicate(session, inputs, existing, urn);
  const fields: ConnectionFields = {
    ...pickFields(
      inputs,
      plainFields.filter((name) => inputs[name] !== undefined),
    ),
    ...(inputs.credentials === undefined ? {} : { credentials: inputs.credentials }),
    ...(inputs.config === undefined ? {} : { config: inputs.config }),
  };
  await verifyBeforeSending(session, inputs, fields, urn);
  const begin = (observed: Omit<Connection, "id">) =>
    beginState(inputs, observed, { isAdopted: false, environmentDigest: session.environmentDigest });
  const known = new Set(existing.map(({ id }) => id));
  const isNew: NewcomerTest = (id) =>
    !known.has(id) && !session.createdIds.has(id) && !session.managers.isAdopted(id);
  const isCandidate = (connection: Connection) => isNew(connection.id) && isAsDeclared(inputs, connection);
  const failUnconfirmed = (id: string, confirmed: AccountConnectionState, error: unknown) =>
    failHalfDone(
      { id, bag },
      fields,
      confirmed.record.managed,
      confirmed,
      `connection ${id} was created, but not confirmed. ${describeError(error)}. Run \`pulumi up\` to finish it`,
    );
  let posted: Posted;
  try {
    posted = await session.post(() => postOnce(session, fields, isNew, urn));
  } catch (error) {
    throw error instanceof CreatedInvalidError
      ? failUnconfirmed(error.connectionId, begin({ type: inputs.type, config: {} }), error)
      : error;
  }
  const { created, problem } = posted;
  const answer = created ?? (await findCreated(session, inputs, isCandidate, problem, urn));
  const { id } = answer;
  const previous = begin(answer);
  const plan = planAdoption(inputs, answer);
  if (created !== undefined || !plan.credentials) {
    return { id, state: await confirmSent(session, { id, inputs, previous, bag }, fields, answer) };
  }
  // Its credentials are not shown in clear, so it may be a twin's: ours make it ours.
  try {
    return { id, state: await applyPlan(session, { id, inputs, previous, plan, observed: answer, bag }) };
  } catch (error) {
    throw error instanceof HalfDoneError ? error : failUnconfirmed(id, previous, error);
  }
}

/** Tells the connection that was just created from those that were there, or that other resources have. */
type NewcomerTest = (id: string) => boolean;

/** What became of the one POST: a connection, or the reason why it is not known. */
type Posted =
  | { readonly created: Connection; readonly problem?: undefined }
  | { readonly created?: undefined; readonly problem: string };

async function postOnce(
  session: Session,
  fields: ConnectionFields,
  isNew: NewcomerTest,
  urn: string | undefined,
): Promise<Posted> {
  try {
    const created = await session.client.create(fields, urn);
    if (!isNew(created.id)) {
      return { problem: `Fluents answered with connection ${created.id}, which is another one` };
    }
    session.createdIds.add(created.id);
    return { created };
  } catch (error) {
    const isInvalid = error instanceof CreatedInvalidError;
    if (isInvalid ? !isNew(error.connectionId) : RequestError.isInstance(error) && error.mayHaveApplied) {
      return { problem: describeReason(error) };
    }
    if (isInvalid) {
      session.createdIds.add(error.connectionId);
    }
    throw error;
  }
}

/**
 * Looks for the connection that an ambiguous POST may have created; it is never posted again.
 *
 * @param problem why it is not known
 * @throws FluentsError `ambiguous_create` unless there is exactly one like it, which its label or its credentials tell
 */
async function findCreated(
  session: Session,
  inputs: AccountConnectionInputs,
  isCandidate: (connection: Connection) => boolean,
  problem: string,
  urn: string | undefined,
): Promise<Connection> {
  const fail = (outcome: string) =>
    new FluentsError(
      "ambiguous_create",
      `it is not known whether the connection was created. ${problem}. ${outcome}`,
    );
  const seeDashboard =
    "See the dashboard: if it is there, adopt it by connectionId; if not, run `pulumi up` again";
  let candidates: readonly Connection[];
  try {
    candidates = await searchUntilTimeout(session, isCandidate, urn);
  } catch (error) {
    throw fail(`Nor could it be looked for: ${describeReason(error)}. ${seeDashboard}`);
  }
  const [found, ...others] = candidates;
  if (found === undefined) {
    throw fail(`None like it has appeared. ${seeDashboard}`);
  }
  if (others.length > 0) {
    throw fail(
      `Several like it have appeared: ${candidates.map(({ id }) => id).join(", ")}. Adopt the right one by connectionId`,
    );
  }
  if (!hasLabel(inputs) && !showsCredentials(inputs, found)) {
    throw fail(
      `One like it has appeared, ${found.id}, but without a label it may be somebody else's. ` +
        "See the dashboard: if it is yours, adopt it by connectionId; if not, run `pulumi up` again",
    );
  }
  return found;
}

async function searchUntilTimeout(
  session: Session,
  isCandidate: (connection: Connection) => boolean,
  urn: string | undefined,
): Promise<Connection[]> {
  const deadline = performance.now() + session.requestTimeoutMs;
  for (;;) {
    let candidates = (await session.client.list(urn)).filter(isCandidate);
    if (candidates.length > 0) {
      // One of them may belong to a twin whose answer is still on its way.
      await session.untilPosted();
      candidates = candidates.filter(isCandidate);
    }
    if (candidates.length > 0 || performance.now() + searchPauseMs > deadline) {
      const [found, ...others] = candidates;
      if (found !== undefined && others.length === 0) {
        // Before anything is awaited: a twin that looks for its own must not find this one.
        session.createdIds.add(found.id);
      }
      return candidates;
    }
    await sleep(searchPauseMs);
  }
}

function showsCredentials({ credentials }: AccountConnectionInputs, connection: Connection): boolean {
  return credentials !== undefined && compareCredentials(credentials, connection.credentials) === "equal";
}

function isAsDeclared(inputs: AccountConnectionInputs, connection: Connection): boolean {
  return (
    findChangedFields(inputs, connection).length === 0 &&
    (inputs.config === undefined ||
      matchesConfig(inputs.config, observeConfig(inputs.config, connection.config))) &&
    compareCredentials(inputs.credentials ?? {}, connection.credentials) !== "different"
  );
}
