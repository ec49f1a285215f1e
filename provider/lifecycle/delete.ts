import type { Connection, ConnectionFields } from "../api/wire";
import { FluentsError, RequestError } from "../errors";
import { describePath, isJsonObject, listLeaves, splitPath, type JsonLeaf, type JsonObject } from "../json";
import { isMasked } from "./credentials";
import type { Managers } from "./managers";
import { assertGone } from "./missing";
import type { Session } from "./session";
import {
  describeResource,
  parseState,
  readUrn,
  type AccountConnectionState,
  type StateRecord,
} from "./state";

/** What scrubbing leaves in place of each credential text. */
const scrubbedValue = "removed-by-pulumi";

const scrubbedLabelPrefix = "[removed] ";

/** What a deletion needs of the process. */
export interface DeletionContext {
  /** Gives the session, once it is needed: a connection that is retained needs no API key. */
  readonly openSession: () => Session;
  readonly managers: Managers;
  readonly warn: Session["warn"];
}

/**
 * Gives a connection up: Fluents cannot delete it. It is retained as it is, or scrubbed where `onDelete` says so; where a
 * resource of this run, such as the replacement of this one, has declared its adoption by now, or manages it, nothing happens
 * to it.
 *
 * @param bag outputs in the state
 * @throws FluentsError `not_scrubbed` if a credential is still visible afterwards, or may be
 */
export async function deleteConnection(
  { openSession, managers, warn }: DeletionContext,
  id: string,
  bag: JsonObject,
): Promise<void> {
  const state = parseState(bag);
  if (managers.isAdopted(id)) {
    return;
  }
  const manager = managers.findOther(id, readUrn(bag));
  if (manager !== undefined) {
    await warn(
      `connection ${id} stays as it is, since ${describeResource({ __urn: manager })} manages it; \`pulumi up --refresh\` ` +
        "shows where it no longer is as that one declares it",
      readUrn(bag),
    );
    return;
  }
  if (state !== undefined && mayScrub(state.record)) {
    await scrub(openSession(), id, state, bag);
    return;
  }
  await warn(
    `connection ${id} is no longer managed, but still at Fluents with its credentials, since the ` +
      "API cannot delete. Delete it in the dashboard, and revoke the credentials at the vendor, if it is not needed",
    readUrn(bag),
  );
}

function mayScrub(record: StateRecord): boolean {
  return record.onDelete === "scrub" && !record.isAdopted && record.connectionId === undefined;
}

async function scrub(
  session: Session,
  id: string,
  state: AccountConnectionState,
  bag: JsonObject,
): Promise<void> {
  // What was sent without being confirmed may be there too.
  const secrets = Object.assign({}, ...(state.record.sent ?? []), state.credentials) as JsonObject;
  const label = state.label ?? "";
  const credentials = scrubValues(secrets) as JsonObject;
  let left;
  try {
    left = await overwrite(session, id, bag, {
      label: label.startsWith(scrubbedLabelPrefix) ? label : scrubbedLabelPrefix + label,
      steeringPool: [],
      credentials,
    });
    if (findOthers(credentials, left).length > 0) {
      // A service that merges keeps what an update does not name: of an earlier rotation, or of the dashboard.
      left = await overwrite(session, id, bag, {
        credentials: scrubValues(left?.credentials, 0) as JsonObject,
      });
    }
  } catch (error) {
    if (isGone(error)) {
      await assertGone(session, id, state, bag);
      return;
    }
    throw error;
  }
  const shown = new Set(listLeaves(left?.credentials ?? {}).map(({ value }) => value));
  const isVisible = listLeaves([state.record.sent, state.credentials]).some(
    ({ value }) => isOfUse(value) && !isMasked(value) && shown.has(value),
  );
  if (isVisible) {
    throw new FluentsError(
      "not_scrubbed",
      `${describeResource(bag)}: connection ${id} still shows a credential after it was scrubbed. Revoke the credentials at ` +
        'the vendor and run the command again, or set onDelete: "retain", run `pulumi up`, and destroy again',
    );
  }
  if (left !== undefined) {
    const kept = findOthers(credentials, left).filter(({ value }) => !isMasked(value));
    const exceptions =
      kept.length === 0
        ? ""
        : ` It keeps what it has for ${kept.map(({ path }) => describePath(splitPath(path))).join(", ")} in its credentials.`;
    await session.warn(
      `connection ${id} is scrubbed, but still at Fluents, since the API cannot delete.${exceptions} Delete it in the ` +
        "dashboard, and revoke the credentials at the vendor",
      readUrn(bag),
    );
  }
}

/**
 * Sends an update, and reads what the connection is then; `undefined` if it is gone.
 *
 * @throws FluentsError `not_scrubbed` if it may have been sent, but is not confirmed
 */
async function overwrite(
  session: Session,
  id: string,
  bag: JsonObject,
  fields: ConnectionFields,
): Promise<Connection | undefined> {
  let isScrubbed = false;
  try {
    await session.client.update(id, fields, readUrn(bag));
    isScrubbed = true;
    return await session.client.find(id, readUrn(bag));
  } catch (error) {
    if (!RequestError.isInstance(error) || isGone(error) || !(isScrubbed || error.mayHaveApplied)) {
      throw error;
    }
    throw new FluentsError(
      "not_scrubbed",
      `${describeResource(bag)}: connection ${id} ${isScrubbed ? "is" : "may be"} scrubbed, but that is not confirmed. ` +
        `${error.reason}. Run the command again to finish it. To keep the connection after all, give the resource in the ` +
        "program another rotationTrigger and run `pulumi up --refresh`, which sends all that is declared",
    );
  }
}

function isGone(error: unknown): boolean {
  return RequestError.isInstance(error) && error.code === "not_found";
}

/** Whether a value is worth scrubbing: a text or number that is not what scrubbing leaves. */
function isOfUse(value: unknown): boolean {
  return (
    (typeof value === "string" && !["", scrubbedValue].includes(value)) ||
    (typeof value === "number" && value !== 0)
  );
}

/** What the connection shows as credentials where nothing was `written`. */
function findOthers(written: JsonObject, connection: Connection | undefined): JsonLeaf[] {
  const paths = listLeaves(written).map(({ path }) => path);
  return listLeaves(connection?.credentials ?? {}).filter(
    ({ path, value }) =>
      isOfUse(value) &&
      // One text may mask a whole object.
      !paths.some((writtenPath) => writtenPath === path || writtenPath.startsWith(`${path}/`)),
  );
}

/** The same structure with each text replaced, and each number by `forNumber`; other values are dropped. */
function scrubValues(value: unknown, forNumber?: number): unknown {
  if (typeof value === "string") {
    return scrubbedValue;
  }
  if (typeof value === "number") {
    return forNumber;
  }
  if (Array.isArray(value)) {
    return value.map((item) => scrubValues(item, forNumber)).filter((item) => item !== undefined);
  }
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, item]) => [key, scrubValues(item, forNumber)] as const)
        .filter(([, item]) => item !== undefined),
    );
  }
  return undefined;
}
