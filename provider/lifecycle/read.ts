import type { Connection } from "../api/wire";
import { FluentsError } from "../errors";
import type { JsonObject } from "../json";
import { describeConnection } from "./apply";
import { typeDriftKey } from "./check";
import { compareCredentials, observeCredentials } from "./credentials";
import type { AccountConnectionInputs, ArgumentName } from "./inputs";
import { assertGone, failMissing } from "./missing";
import { matchesField, plainFields, type PlainField } from "./plan";
import type { Session } from "./session";
import {
  describeResource,
  digestInputs,
  encodeOutputs,
  encodeState,
  parseState,
  readUrn,
  type AccountConnectionState,
} from "./state";

/** What a refresh or a lookup found. An empty `id` means that the connection is gone. */
export interface Observation {
  readonly id: string;
  readonly props: Record<string, unknown>;
  /** Absent where those in the state say the same: Pulumi keeps them, and has less to do. */
  readonly inputs?: Record<string, unknown>;
}

/**
 * Reads the connection.
 *
 * @param bag outputs in the state; without a record of ours it is a lookup by `get`
 * @throws FluentsError if a lookup finds nothing, or if it is not certain that a managed connection is gone
 */
export async function readConnection(session: Session, id: string, bag: JsonObject): Promise<Observation> {
  const state = parseState(bag);
  if (state === undefined) {
    return lookUp(id, await nameResource(bag, session.client.find(id, readUrn(bag))), bag);
  }
  const observed = await session.read(async () => {
    const found = await nameResource(
      bag,
      session.reader.find(id, (listed) => tellsAll(listed, state), readUrn(bag)),
    );
    if (found !== undefined) {
      session.confirmedDigests.add(state.record.environmentDigest);
    }
    return found;
  });
  if (observed === undefined) {
    await assertGone(session, id, state, bag);
    return { id: "", props: {} };
  }
  return observe(session, id, state, observed, bag);
}

/** Pulumi does not say which resource the error of a read belongs to. */
async function nameResource<T>(bag: JsonObject, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw FluentsError.isInstance(error)
      ? new FluentsError(error.code, `${describeResource(bag)}: ${error.message}`)
      : error;
  }
}

/** Whether the list says something of all that the state has: it may leave out what a single read tells. */
function tellsAll(listed: Connection, state: AccountConnectionState): boolean {
  return (
    plainFields.every((name) => listed[name] !== undefined || matchesField(state[name], undefined)) &&
    (state.credentials === undefined || listed.credentials !== undefined) &&
    state.record.configKeys.every((key) => Object.hasOwn(listed.config, key))
  );
}

function lookUp(id: string, observed: Connection | undefined, bag: JsonObject): Observation {
  if (observed === undefined) {
    throw failMissing(`${describeResource(bag)}: `, `"${id}"`);
  }
  return { id, props: encodeOutputs({ ...observed, credentials: undefined }, bag) };
}

async function observe(
  session: Session,
  id: string,
  state: AccountConnectionState,
  observed: Connection,
  bag: JsonObject,
): Promise<Observation> {
  const { record } = state;
  const isManaged = (name: ArgumentName) => record.managed.includes(name);
  const declared = {
    ...Object.fromEntries(plainFields.filter(isManaged).map((name) => [name, state[name]])),
    config: isManaged("config")
      ? Object.fromEntries(record.configKeys.map((key) => [key, state.config?.[key]]))
      : undefined,
  } as Pick<AccountConnectionInputs, PlainField | "config">;
  const described = describeConnection(declared, observed, {});
  // Of a config that was sent without being confirmed nothing in the state says which settings are secret.
  const isConfigOpen = isManaged("config") && record.pending.includes("config");
  const outputs = isConfigOpen ? { ...described, config: state.config } : described;
  const credentials =
    state.credentials === undefined
      ? undefined
      : observeCredentials(state.credentials, observed.credentials, record);
  if (credentials !== undefined && credentials.drifted.length > 0) {
    const isRotation = (record.sent ?? []).some(
      (sent) => compareCredentials(sent, observed.credentials) === "equal",
    );
    // Pulumi shows no more of it than `[secret] => [secret]`.
    await session.warn(
      isRotation
        ? "a rotation of the credentials that was not confirmed has been applied. `pulumi up` sends what the program declares"
        : `the credentials were changed behind Pulumi's back: ${credentials.drifted.join(", ")}. ` +
            "`pulumi up --refresh` puts back what the program declares, except under ignoreChanges",
      readUrn(bag),
    );
  }
  const hasTypeDrift = record.hasTypeDrift === true || observed.type !== state.type;

  const inputs = dropAbsent({
    ...Object.fromEntries(
      plainFields.filter(isManaged).map((name) => [name, outputs[name] ?? emptyValue(name)]),
    ),
    config: isConfigOpen ? record.keptConfig : outputs.config,
    // Until what was sent is confirmed there are none in the outputs, but Pulumi may need those of the program.
    credentials: credentials?.credentials ?? (isManaged("credentials") ? record.sent?.at(-1) : undefined),
    connectionId: record.connectionId,
    rotationTrigger: record.rotationTrigger,
    verifyCredentials: record.verifyCredentials,
    onDelete: isManaged("onDelete") ? record.onDelete : undefined,
    allowDuplicate: isManaged("allowDuplicate") ? record.allowDuplicate : undefined,
  });
  const inputsDigest = digestInputs(inputs);
  const props = encodeState(
    {
      ...outputs,
      credentials: credentials?.credentials,
      credentialsVersion: state.credentialsVersion,
      credentialsRotatedAt: state.credentialsRotatedAt,
      record: {
        ...record,
        inputsDigest,
        environmentDigest: session.environmentDigest,
        shown: credentials?.shown,
        hasTypeDrift,
        hiddenDrift: credentials?.hiddenDrift ?? [],
      },
    },
    bag,
  );
  if (inputsDigest === record.inputsDigest && !hasTypeDrift) {
    return { id, props };
  }
  return {
    id,
    props,
    inputs: { ...inputs, __urn: bag.__urn, ...(hasTypeDrift ? { [typeDriftKey]: true } : {}) },
  };
}

/** What a managed field has when the service has nothing for it. */
function emptyValue(name: PlainField): unknown {
  switch (name) {
    case "steeringPool":
      return [];
    case "accountSupportsAnyCallerId":
      return false;
    default:
      return "";
  }
}

function dropAbsent(bag: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(bag).filter(([, value]) => value !== undefined));
}
