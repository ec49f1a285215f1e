import type { Fault, FaultRule, Operation } from "../emulator/faults";

/** Arguments of a connection, as data. */
export interface PointArguments {
  readonly type: string;
  readonly label: string;
  readonly credentials: { readonly rime_api_key: string };
  readonly config: { readonly level: number };
  readonly connectionId?: string;
}

/** How far a resource has come when the process is killed. */
export interface KillPoint {
  /** Name of the resource. */
  readonly name: string;
  /** The last request before the kill. */
  readonly operation: Operation;
  /** What keeps it from going on. */
  readonly fault: Fault;
  /** Whether there is a connection to adopt. */
  readonly isAdoption?: boolean;
  /** Absent: the resource is new. */
  readonly before?: PointArguments;
  readonly after: PointArguments;
  /** A fault beside it. */
  readonly otherRule?: FaultRule;
}

const arrived: Fault = { kind: "hang", applied: false };
const applied: Fault = { kind: "hang", applied: true };
const refused: Fault = { kind: "status", status: 503, retryAfter: 20 };

type Changes = Partial<Omit<PointArguments, "type">>;

function describe(name: string, changes: Changes = {}): PointArguments {
  return {
    type: "account_connection_rime",
    label: name,
    credentials: { rime_api_key: `HUNTER2-of-${name}` },
    config: { level: 1 },
    ...changes,
  };
}

function createPoint(name: string, fault: Fault, otherRule?: FaultRule): KillPoint {
  return { name, operation: "create", fault, after: describe(name), ...(otherRule && { otherRule }) };
}

function adoptPoint(name: string, operation: Operation, fault: Fault): KillPoint {
  const args = describe(name);
  return { name, operation, fault, isAdoption: true, after: { ...args, label: `${name}, adopted` } };
}

function updatePoint(name: string, operation: Operation, fault: Fault, changes: Changes): KillPoint {
  return { name, operation, fault, before: describe(name), after: describe(name, changes) };
}

const relabelled: Changes = { label: "new label" };
const rotated: Changes = { credentials: { rime_api_key: "HUNTER2-rotated" } };
const reconfigured: Changes = { config: { level: 2 } };

/** Points of an `up`, all reached at the same time. */
export const upPoints: readonly KillPoint[] = [
  createPoint("create-arrived", arrived),
  createPoint("create-applied", applied),
  createPoint("create-refused", refused),
  createPoint(
    "create-searching",
    { kind: "reset", applied: true },
    {
      path: "list",
      skip: 1,
      times: Infinity,
      fault: arrived,
    },
  ),
  adoptPoint("adopt-get", "get", arrived),
  adoptPoint("adopt-arrived", "update", arrived),
  adoptPoint("adopt-applied", "update", applied),
  updatePoint("update-arrived", "update", arrived, relabelled),
  updatePoint("update-applied", "update", applied, relabelled),
  updatePoint("update-refused", "update", refused, relabelled),
  updatePoint("rotate-arrived", "update", arrived, rotated),
  updatePoint("rotate-applied", "update", applied, rotated),
  updatePoint("config-get", "get", arrived, reconfigured),
  updatePoint("config-arrived", "update", arrived, reconfigured),
  updatePoint("config-applied", "update", applied, reconfigured),
];

/** Points of a refresh, all reached at the same time. Without a list each connection is read singly. */
export const refreshPoints: readonly KillPoint[] = [
  updatePoint("refresh-arrived", "get", arrived, {}),
  {
    ...updatePoint("refresh-refused", "get", refused, {}),
    otherRule: { path: "list", times: Infinity, fault: { kind: "status", status: 404 } },
  },
];

/** The look at the list before the first creation. */
export const guardPoint: KillPoint = {
  name: "guard",
  operation: "list",
  fault: arrived,
  after: describe("guard"),
};

/** Points at which the answer leaves the service; the provider may have it, and the state file not. */
export const answerPoints: readonly { readonly command: "up" | "refresh"; readonly point: KillPoint }[] = [
  { command: "up", point: createPoint("create-answered", { kind: "override", fields: {} }) },
  {
    command: "up",
    point: updatePoint("update-answered", "update", { kind: "override", fields: {} }, relabelled),
  },
  {
    command: "refresh",
    point: updatePoint("refresh-answered", "get", { kind: "override", fields: {} }, {}),
  },
];
