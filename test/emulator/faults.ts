import type { JsonObject } from "./connection";

/** The four endpoints, by the last word of their operation. */
export type Operation = "get" | "list" | "create" | "update";

/**
 * What goes wrong with one answer. `applied` says whether the change was made before it went wrong; where it is optional
 * it defaults to whether the status is 2xx. `status` defaults to the endpoint's status of success, unless stated.
 */
export type Fault =
  /** A plain answer with that status; `retryAfter` in seconds or as an HTTP date; `body` (JSON) defaults to an error. */
  | { kind: "status"; status: number; retryAfter?: number | string; body?: unknown; applied?: boolean }
  /** The connection is reset. */
  | { kind: "reset"; applied: boolean }
  /** No answer, until the client or the emulator closes the connection. */
  | { kind: "hang"; applied: boolean }
  /** The head and half of the body, then the connection closes. */
  | { kind: "cutOff"; applied: boolean }
  /** An HTML page, as proxies send; status 502 by default. */
  | { kind: "html"; status?: number; applied?: boolean }
  /** No body. */
  | { kind: "empty"; status?: number; applied?: boolean }
  /** A whole body that says it is JSON and is not. */
  | { kind: "invalidJson"; status?: number; applied?: boolean }
  /** To another address; status 302 by default. */
  | { kind: "redirect"; location: string; status?: number; applied?: boolean }
  /** A valid JSON object of that many bytes (12 at least), without a content length. */
  | { kind: "huge"; bytes: number; status?: number; applied?: boolean }
  /** The usual answer with these fields (the API's own names) laid over it; `undefined` leaves a field out. */
  | { kind: "override"; fields: JsonObject };

/** Which requests a fault meets, and when. Rules are tried in order; the first that matches and is not used up is taken. */
export interface FaultRule {
  /** Goes to the journal. Default: the fault's kind. */
  name?: string;
  /** Default: both. */
  method?: "GET" | "POST";
  /** Default: all four. */
  path?: Operation;
  /** The id in the query. Default: any or none. */
  id?: string;
  /** The `label` in the body, by which requests that create can be told apart. Default: any or none. */
  label?: string;
  /** How many matching requests pass first. Default 0. */
  skip?: number;
  /** How many matching requests meet the fault. Default 1; `Infinity` for all. */
  times?: number;
  fault: Fault;
}

/**
 * Faults at random, the same ones for the same seed. What a request meets depends on its endpoint, id and label, and on how
 * many such requests came before: requests about different connections can come in any order.
 */
export interface RandomFaults {
  /** Any integer. */
  seed: number;
  /** From 0 to 1, for each request. */
  probability: number;
  /** One of these is taken, all equally likely. */
  kinds: Fault[];
}

/** Faults meet only requests that are in order: with a good key, and valid by the API description; the others get 401 and 400 as ever. */
export type FaultPlan = FaultRule[] | RandomFaults;

/** What a plan looks at. */
export interface FaultTarget {
  method: string;
  operation: Operation;
  id: string | undefined;
  /** The `label` in the body. */
  label?: string | undefined;
}

/** A fault and what the journal calls it. */
export interface NamedFault {
  name: string;
  fault: Fault;
}

/** Starts a plan: the function that it returns is asked once for each request, and counts. */
export function startFaultPlan(plan: FaultPlan): (target: FaultTarget) => NamedFault | undefined {
  return Array.isArray(plan) ? startRules(plan) : startRandomFaults(plan);
}

function startRules(rules: FaultRule[]): (target: FaultTarget) => NamedFault | undefined {
  const counted = rules.map((rule) => ({ rule, skip: rule.skip ?? 0, times: rule.times ?? 1 }));
  return (target) => {
    for (const counts of counted) {
      if (!matches(counts.rule, target)) {
        continue;
      }
      if (counts.skip > 0) {
        counts.skip -= 1;
      } else if (counts.times > 0) {
        counts.times -= 1;
        const { name, fault } = counts.rule;
        return { name: name ?? fault.kind, fault };
      }
    }
    return undefined;
  };
}

function matches(rule: FaultRule, target: FaultTarget): boolean {
  return (
    (rule.method === undefined || rule.method === target.method) &&
    (rule.path === undefined || rule.path === target.operation) &&
    (rule.id === undefined || rule.id === target.id) &&
    (rule.label === undefined || rule.label === target.label)
  );
}

function startRandomFaults(plan: RandomFaults): (target: FaultTarget) => NamedFault | undefined {
  const streams = new Map<string, () => number>();
  return ({ operation, id = "", label = "" }) => {
    const subject = JSON.stringify([operation, id, label]);
    const random = streams.get(subject) ?? startRandom(hashText(`${plan.seed} ${subject}`));
    streams.set(subject, random);
    const hit = random() < plan.probability;
    const fault = plan.kinds[Math.floor(random() * plan.kinds.length)];
    return hit && fault !== undefined ? { name: fault.kind, fault } : undefined;
  };
}

/** FNV-1a. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash;
}

/** mulberry32: Math.random cannot be seeded. */
function startRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
