import type { Connection, ConnectionFields } from "../api/wire";
import { describeReason, FluentsError, HalfDoneError, RequestError } from "../errors";
import { describePath, isJsonObject, isSameJson, type JsonObject } from "../json";
import { isVerifiableType } from "../vendors/vendors";
import { compareCredentials, findStandIns, stillShows } from "./credentials";
import type { AccountConnectionInputs } from "./inputs";
import { failGone } from "./missing";
import {
  findInexactKeys,
  findMaskedKeys,
  isEmptyPlan,
  matchesConfig,
  matchesField,
  mergeConfig,
  observeConfig,
  pickFields,
  plainFields,
  type Plan,
  type PlainField,
} from "./plan";
import type { Session } from "./session";
import {
  describeInputs,
  digestInputs,
  encodeState,
  readUrn,
  type AccountConnectionState,
  type StateRecord,
} from "./state";

/** The state of a connection of which nothing was sent yet. */
export function beginState(
  inputs: AccountConnectionInputs,
  observed: Omit<Connection, "id">,
  origin: { readonly isAdopted: boolean; readonly environmentDigest: string },
): AccountConnectionState {
  const { credentials } = inputs;
  const isInStep =
    credentials !== undefined && compareCredentials(credentials, observed.credentials) === "equal";
  return {
    ...describeConnection(inputs, observed, {}),
    credentials: isInStep ? credentials : undefined,
    record: { ...describeInputs(inputs), ...origin, hiddenDrift: [], pending: [] },
  };
}

/** Outputs as the service has them; as declared where that means the same, and where a sent field does not come back. */
export function describeConnection(
  inputs: Pick<AccountConnectionInputs, PlainField | "config">,
  observed: Omit<Connection, "id">,
  sent: ConnectionFields,
): Pick<AccountConnectionState, PlainField | "config"> {
  const plain = Object.fromEntries(
    plainFields.map((name) => {
      const value = observed[name] ?? sent[name];
      const declared = inputs[name];
      return [name, declared !== undefined && matchesField(declared, value) ? declared : value];
    }),
  ) as Pick<AccountConnectionState, PlainField>;
  return {
    ...plain,
    config: inputs.config === undefined ? undefined : observeConfig(inputs.config, observed.config),
  };
}

/** An update to carry out. */
export interface Step {
  readonly id: string;
  readonly inputs: AccountConnectionInputs;
  /** The confirmed state that the plan starts from. */
  readonly previous: AccountConnectionState;
  readonly plan: Plan;
  /** The connection, if it was just read. */
  readonly observed?: Connection | undefined;
  /** The property bag that the step came with. */
  readonly bag: JsonObject;
}

/**
 * Carries out a plan by at most one update, and checks its answer.
 *
 * @throws HalfDoneError if the update may have been applied, or its answer contradicts what was sent
 * @throws FluentsError if nothing was changed
 */
export async function applyPlan(session: Session, step: Step): Promise<AccountConnectionState> {
  const { id, inputs, previous, plan } = step;
  if (isEmptyPlan(plan)) {
    return carryOver(inputs, previous);
  }
  // To a key of another environment the connection looks deleted: that is not what is wrong.
  await session.client.assertEnvironment();
  const known: ConnectionFields = {
    ...pickFields(inputs, plan.plain),
    ...(plan.credentials ? { credentials: inputs.credentials } : {}),
  };
  assertCredentialsAreOurs(known, previous);
  const hasWaited = await verifyBeforeSending(session, inputs, known, readUrn(step.bag));
  // Between the reading of config and its sending nobody should have the time to change it.
  const current = hasWaited ? { ...step, observed: undefined } : step;
  const fields = { ...known, ...(plan.config ? await prepareConfig(session, current) : {}) };
  if (Object.keys(fields).length === 0) {
    return carryOver(inputs, previous);
  }
  const answer = await sendUpdate(session, step, fields);
  if (
    fields.credentials !== undefined &&
    previous.credentials !== undefined &&
    stillShows(previous.credentials, fields.credentials, answer.credentials)
  ) {
    throw failHalfDone(
      step,
      fields,
      ["credentials", ...(fields.config === undefined ? [] : ["config"])],
      { ...previous, ...describeConnection(inputs, answer, fields), config: previous.config },
      `connection ${id}: the credentials were not rotated; Fluents accepted the update but still shows the old ones. ` +
        "Run `pulumi up` to send them again",
    );
  }
  return confirmSent(session, step, fields, answer);
}

/**
 * The state after a request that was answered by a valid connection: warns of what the answer contradicts, and counts the
 * credentials that it does not.
 */
export async function confirmSent(
  session: Session,
  { id, inputs, previous, bag }: Omit<Step, "plan" | "observed">,
  fields: ConnectionFields,
  answer: Connection,
): Promise<AccountConnectionState> {
  const isContradicted =
    fields.credentials !== undefined &&
    compareCredentials(fields.credentials, answer.credentials) === "different";
  const notStored: string[] = plainFields.filter(
    (name) =>
      fields[name] !== undefined && answer[name] !== undefined && !matchesField(fields[name], answer[name]),
  );
  if (isContradicted) {
    notStored.push("credentials");
  }
  if (
    fields.config !== undefined &&
    inputs.config !== undefined &&
    !matchesConfig(inputs.config, observeConfig(inputs.config, answer.config))
  ) {
    notStored.push("config");
  }
  if (notStored.length > 0) {
    await session.warn(
      `connection ${id}: Fluents accepted the request but shows another value than was sent for: ${notStored.join(", ")}. ` +
        "`pulumi up` sends it again",
      readUrn(bag),
    );
  }
  const isRotated = fields.credentials !== undefined && !isContradicted;
  return {
    ...describeConnection(inputs, answer, fields),
    credentials: isContradicted ? previous.credentials : inputs.credentials,
    credentialsVersion: isRotated ? (previous.credentialsVersion ?? 0) + 1 : previous.credentialsVersion,
    credentialsRotatedAt: isRotated ? new Date().toISOString() : previous.credentialsRotatedAt,
    record: {
      ...describeInputs(inputs),
      isAdopted: previous.record.isAdopted,
      environmentDigest: session.environmentDigest,
      ...(fields.credentials === undefined ? { shown: previous.record.shown } : {}),
      // As long as the credentials in the state are those of before.
      hiddenDrift: fields.credentials === undefined || isContradicted ? previous.record.hiddenDrift : [],
      ...(isContradicted ? rememberSent(previous, fields) : {}),
      pending: isContradicted ? ["credentials"] : [],
    },
  };
}

/** Credentials that may be at the service although they are not confirmed: scrubbing takes them into account. */
function rememberSent(
  { record }: AccountConnectionState,
  { credentials }: ConnectionFields,
): Pick<StateRecord, "sent"> {
  const others = record.sent?.filter((sent) => !isSameJson(sent, credentials));
  return { sent: credentials === undefined ? others : [...(others ?? []), credentials] };
}

/**
 * The error that keeps `confirmed` in the state with a mark that `names` are still to be sent. Beside it Pulumi keeps the
 * old inputs where an update failed, and the new ones where a creation did: so does the record.
 *
 * Of `config` only the keys stay that are confirmed as they are declared now. Pulumi takes the others for secret or not by
 * inputs that do not belong to them.
 *
 * @param sent what was sent without being confirmed
 */
export function failHalfDone(
  { id, bag }: Pick<Step, "id" | "bag">,
  sent: ConnectionFields,
  names: readonly string[],
  confirmed: AccountConnectionState,
  message: string,
): HalfDoneError {
  const config = pickConfirmed(confirmed.config, bag.config);
  const isConfigOpen =
    names.includes("config") ||
    confirmed.record.keptConfig !== undefined ||
    !isSameJson(config, confirmed.config);
  const record = {
    ...confirmed.record,
    ...rememberSent(confirmed, sent),
    // The service may show the new credentials from now on.
    ...(sent.credentials === undefined ? {} : { shown: undefined }),
    ...(isConfigOpen ? { keptConfig: findKeptConfig(confirmed, bag) } : {}),
    pending: isConfigOpen ? [...new Set([...names, "config"])] : names,
  };
  const properties = encodeState({ ...confirmed, config, record }, bag);
  return new HalfDoneError(message, id, { ...properties, __provider: bag.__provider });
}

/** The `config` of the inputs that Pulumi keeps beside the error. */
function findKeptConfig({ config, record }: AccountConnectionState, bag: JsonObject): JsonObject | undefined {
  const isOfBag = record.inputsDigest === digestInputs(bag);
  const kept = isOfBag ? bag.config : (record.keptConfig ?? config);
  return isJsonObject(kept) ? kept : undefined;
}

function pickConfirmed(confirmed: JsonObject | undefined, declared: unknown): JsonObject | undefined {
  return (
    confirmed &&
    Object.fromEntries(
      Object.entries(confirmed).filter(
        ([key, value]) => isJsonObject(declared) && isSameJson(value, declared[key]),
      ),
    )
  );
}

/** A new record over the same outputs: nothing was sent. */
function carryOver(
  inputs: AccountConnectionInputs,
  previous: AccountConnectionState,
): AccountConnectionState {
  return {
    ...previous,
    config: inputs.config,
    credentials: inputs.credentials,
    record: {
      ...previous.record,
      ...describeInputs(inputs),
      hasTypeDrift: undefined,
      keptConfig: undefined,
      pending: [],
    },
  };
}

async function prepareConfig(session: Session, step: Step): Promise<Pick<ConnectionFields, "config">> {
  const { id, inputs, plan, observed, bag } = step;
  const current = observed ?? (await session.client.find(id, readUrn(bag)));
  if (current === undefined) {
    return failGone(session, step);
  }
  const declared = inputs.config ?? {};
  if (matchesConfig(declared, current.config) && !plan.plain.includes("type")) {
    return {};
  }
  const masked = findMaskedKeys(declared, current.config);
  if (masked.length > 0) {
    throw new FluentsError(
      "invalid_arguments",
      `config: Fluents masks the value of ${masked.map((key) => describePath([key])).join(", ")} of connection ${id}, and an update would put the mask in its ` +
        "place. Declare it in config with its true value",
    );
  }
  const inexact = findInexactKeys(declared, current.config);
  if (inexact.length > 0) {
    throw new FluentsError(
      "invalid_arguments",
      `config: ${inexact.map((key) => describePath([key])).join(", ")} of connection ${id} has a number beyond 2^53, which ` +
        "JavaScript cannot keep, and an update would change it. Declare that key in config with a value that it can",
    );
  }
  return { config: mergeConfig(declared, current.config) };
}

/**
 * Where the program asks for it, lets the vendor say that credentials work before they are sent.
 *
 * @returns whether the vendor was asked
 * @throws FluentsError if it does not
 */
export async function verifyBeforeSending(
  session: Session,
  { type, verifyCredentials }: AccountConnectionInputs,
  { credentials }: ConnectionFields,
  urn: string | undefined,
): Promise<boolean> {
  if (verifyCredentials !== true || credentials === undefined || !isVerifiableType(type)) {
    return false;
  }
  await session.verifier.verify(type, credentials, urn);
  return true;
}

/** A refresh leaves masked texts in the state; with `ignoreChanges` they would come back as if they were credentials. */
function assertCredentialsAreOurs(fields: ConnectionFields, previous: AccountConnectionState): void {
  const standIns =
    fields.credentials === undefined
      ? []
      : findStandIns(fields.credentials, previous.credentials, previous.record.hiddenDrift);
  if (standIns.length > 0) {
    throw new FluentsError(
      "invalid_arguments",
      `credentials: ${standIns.join(", ")} in the state is what Fluents shows after a change behind Pulumi's back, not what ` +
        'was declared. Take "credentials" and all paths in it out of ignoreChanges for this step',
    );
  }
}

async function sendUpdate(session: Session, step: Step, fields: ConnectionFields): Promise<Connection> {
  try {
    const answer = await session.client.update(step.id, fields, readUrn(step.bag));
    session.confirmedDigests.add(step.previous.record.environmentDigest);
    return answer;
  } catch (error) {
    if (!RequestError.isInstance(error)) {
      throw error;
    }
    if (error.code === "not_found") {
      return failGone(session, step);
    }
    if (error.mayHaveApplied) {
      throw failHalfDone(
        step,
        fields,
        [...new Set([...Object.keys(fields), ...step.previous.record.pending])],
        step.previous,
        `connection ${step.id}: it is not known whether the update was applied. ${describeReason(error)}. ` +
          "`pulumi up` sends it again",
      );
    }
    throw error;
  }
}
