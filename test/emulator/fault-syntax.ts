import type { Fault, FaultRule, Operation } from "./faults";

const namedFaults: Record<string, Fault> = {
  "reset-before": { kind: "reset", applied: false },
  "reset-after": { kind: "reset", applied: true },
  "hang-before": { kind: "hang", applied: false },
  "hang-after": { kind: "hang", applied: true },
  "cut-off-before": { kind: "cutOff", applied: false },
  "cut-off-after": { kind: "cutOff", applied: true },
  html: { kind: "html" },
  empty: { kind: "empty" },
  "invalid-json": { kind: "invalidJson" },
};

/** Explains what `parseFaultRule` understands. */
export const faultSyntaxHelp = `A fault is ENDPOINT:WHAT or ENDPOINT:WHATxTIMES.
  ENDPOINT  get, list, create, update or any
  WHAT      a status from 400 to 599, as in 503; with a Retry-After in seconds, as in 429-retry-5
            reset-before, reset-after        the connection is reset before or after the change was made
            hang-before, hang-after          no answer
            cut-off-before, cut-off-after    half an answer
            html                             an HTML page, as proxies send, with status 502
            empty, invalid-json              an answer without a body, or that is not JSON
  TIMES     how many requests meet it: a number, or all; 1 if it is left out
Examples: update:503x2  create:reset-after  any:429-retry-5xall`;

/**
 * Reads a fault from the command line, as in `update:503x2`.
 *
 * @throws if the text is none.
 */
export function parseFaultRule(text: string): FaultRule {
  const match = /^(get|list|create|update|any):(.+?)(?:x(\d+|all))?$/.exec(text);
  const [, endpoint = "", what = "", times = "1"] = match ?? [];
  const fault = parseFault(what);
  const count = times === "all" ? Infinity : Number(times);
  if (fault === undefined || count < 1) {
    throw new Error(`${JSON.stringify(text)} is not a fault.\n${faultSyntaxHelp}`);
  }
  return {
    name: what,
    ...(endpoint !== "any" && { path: endpoint as Operation }),
    times: count,
    fault,
  };
}

function parseFault(what: string): Fault | undefined {
  const [, status, retryAfter] = /^([45]\d\d)(?:-retry-(\d+))?$/.exec(what) ?? [];
  if (status === undefined) {
    return Object.hasOwn(namedFaults, what) ? namedFaults[what] : undefined;
  }
  return {
    kind: "status",
    status: Number(status),
    ...(retryAfter !== undefined && { retryAfter: Number(retryAfter) }),
  };
}
