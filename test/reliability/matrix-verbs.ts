import type { ConnectionChanges, JsonObject, NewConnection } from "../emulator/connection";
import type { FaultRule, Operation } from "../emulator/faults";
import { readFaults, writeFaults, type MatrixFault } from "./matrix-faults";

/** Arguments of an account connection, as data. */
export interface CellArguments {
  readonly type: string;
  readonly label: string;
  readonly credentials: JsonObject;
  readonly config: JsonObject;
  readonly connectionId?: string;
  readonly steeringPool?: readonly string[];
  readonly onDelete?: "retain" | "scrub";
}

/** Once: the retry meets no fault. Lasting: every request of the cell meets it until it is lifted. */
export type Round = "once" | "lasting";

/** One fault of one request of one operation, on a resource of its own. */
export interface Cell {
  readonly verb: Verb;
  readonly fault: MatrixFault;
  readonly round: Round;
  /** Name of the resource. */
  readonly name: string;
  readonly oldSecret: string;
  readonly newSecret: string;
}

/** An operation, and the request of it that meets the faults. */
export interface Verb {
  readonly title: string;
  readonly slug: string;
  /** Endpoint that meets the faults. */
  readonly operation: Operation;
  readonly faults: readonly MatrixFault[];
  /** Command that meets the faults. Default `up`. */
  readonly command?: "refresh" | "destroy";
  /** Arguments before the faults. Absent: the resource is not there before. */
  readonly before?: (cell: Cell) => CellArguments;
  /** Arguments from the faults on. Absent: the resource is given up. */
  readonly after?: (cell: Cell) => CellArguments;
  /** A connection at the service that the resource is to adopt. */
  readonly adopted?: (cell: Cell) => NewConnection;
  /** What somebody else changes at the service before the faults. */
  readonly disturb?: (cell: Cell) => ConnectionChanges;
  /** Whether the connection has config that the program does not declare; it must stay. */
  readonly hasUndeclaredConfig?: boolean;
  /** A fault beside those of the cells. */
  readonly otherFault?: FaultRule;
  /** The service has no list, from which a refresh would read many connections at once. */
  readonly hasNoList?: boolean;
  /** Whether the `up` after the faults stops at errors that say how to adopt what is there; that is then done. */
  readonly isAdvised?: boolean;
  /** What a reader of the table must know. */
  readonly note?: string;
  /** How often the credentials were sent in the end. Default once. */
  readonly credentialsVersion?: number;
}

const type = "account_connection_deepgram";

function withSecret(secret: string): JsonObject {
  return { deepgram_api_key: secret, nested: [{ pin: `${secret}-pin` }] };
}

function oldArguments({ name, oldSecret }: Cell): CellArguments {
  return {
    type,
    label: `${name}, old`,
    credentials: withSecret(oldSecret),
    config: { declared: { level: 1 } },
    steeringPool: ["+14155550100"],
  };
}

function adoptedArguments(cell: Cell): CellArguments {
  return { ...oldArguments(cell), label: cell.name, credentials: withSecret(cell.newSecret) };
}

function adoptedConnection(cell: Cell): NewConnection {
  const { label, credentials } = oldArguments(cell);
  return { type, label, credentials, config: { undeclared: true } };
}

function scrubbedArguments(cell: Cell): CellArguments {
  return { ...oldArguments(cell), onDelete: "scrub" };
}

/** The operations of which an `up` is made, and a refresh. */
export const createVerb: Verb = {
  title: "Create",
  slug: "create",
  operation: "create",
  faults: writeFaults,
  after: (cell) => adoptedArguments(cell),
};

/** Faults after which the connection is there, although no valid answer says so. */
const hiddenSuccesses = writeFaults.filter(({ slug }) =>
  [
    "502",
    "empty",
    "invalid-json",
    "foreign-id",
    "huge",
    "reset-after",
    "hang-after",
    "cut-off-after",
    "html-200",
  ].includes(slug),
);

/** A creation of which it cannot be found out what became of it. */
export const orphanVerb: Verb = {
  title: "Create, and the list fails too",
  slug: "orphan",
  operation: "create",
  faults: hiddenSuccesses,
  otherFault: { path: "list", skip: 1, times: Infinity, fault: { kind: "status", status: 503 } },
  isAdvised: true,
  note:
    "The connection is there, but the provider cannot look for it. The next `up` stops, without a second request to create, at " +
    "the error `Fluents has a connection with this type and label already`, and the line that the error prints is added to " +
    "the program; the last column is what the `up` after that does.",
  after: (cell) => adoptedArguments(cell),
  credentialsVersion: 0,
};

/** Adoption: a get, then an update of what differs. */
export const adoptVerbs: readonly Verb[] = (["get", "update"] as const).map((operation) => ({
  title: `Adopt: ${operation}`,
  slug: `adopt-${operation}`,
  operation,
  faults: operation === "get" ? readFaults : writeFaults,
  adopted: adoptedConnection,
  hasUndeclaredConfig: true,
  after: adoptedArguments,
}));

/** An update of a plain field. */
export const updateVerb: Verb = {
  title: "Update of a label",
  slug: "update",
  operation: "update",
  faults: writeFaults,
  before: oldArguments,
  after: (cell) => ({ ...oldArguments(cell), label: `${cell.name}, new` }),
};

/** A rotation of credentials. */
export const rotateVerb: Verb = {
  title: "Rotation of credentials",
  slug: "rotate",
  operation: "update",
  faults: writeFaults,
  before: oldArguments,
  after: (cell) => ({ ...oldArguments(cell), credentials: withSecret(cell.newSecret) }),
  credentialsVersion: 2,
};

/** An update of config: a get, then an update. */
export const configVerbs: readonly Verb[] = (["get", "update"] as const).map((operation) => ({
  title: `Update of config: ${operation}`,
  slug: `config-${operation}`,
  operation,
  faults: operation === "get" ? readFaults : writeFaults,
  before: oldArguments,
  hasUndeclaredConfig: true,
  disturb: (cell) => ({ config: { ...oldArguments(cell).config, undeclared: true } }),
  after: (cell) => ({ ...oldArguments(cell), config: { declared: { level: 2 } } }),
}));

/** A refresh that would find a label that somebody else changed. */
export const refreshVerb: Verb = {
  title: "Refresh",
  slug: "refresh",
  operation: "get",
  faults: readFaults,
  command: "refresh",
  hasNoList: true,
  note: "Somebody else has changed the label; each connection is read singly, as where the list fails; and the next command is `pulumi up --refresh`.",
  before: oldArguments,
  disturb: ({ name }) => ({ label: `${name}, drifted` }),
  after: oldArguments,
};

/** Scrubbing: an update, then a get. */
export const scrubVerbs: readonly Verb[] = (["update", "get"] as const).map((operation) => ({
  title: `Scrub: ${operation}`,
  slug: `scrub-${operation}`,
  operation,
  faults: operation === "get" ? readFaults : writeFaults,
  command: "destroy",
  note: 'The resource has `onDelete: "scrub"`; after the failed `pulumi destroy` it is taken out of the program.',
  before: scrubbedArguments,
}));

/** The cells of a verb. */
export function listCells(verb: Verb): Cell[] {
  return verb.faults.flatMap((fault) =>
    (["once", "lasting"] as const).map((round) => {
      const name = `${verb.slug}-${fault.slug}-${round}`;
      return { verb, fault, round, name, oldSecret: `HUNTER2-old-${name}`, newSecret: `HUNTER2-new-${name}` };
    }),
  );
}
