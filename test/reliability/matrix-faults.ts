import type { Fault } from "../emulator/faults";

/** What a fault needs of the cell in which it happens. */
export interface FaultSetting {
  /** Secrets that a service could quote in an error. */
  readonly secrets: readonly string[];
  /** Address to which a redirect points. */
  readonly elsewhere: string;
  /** Id of a connection that the stack does not manage. */
  readonly foreignId: string;
}

/** A row of the matrix. */
export interface MatrixFault {
  /** What happens, for the table. */
  readonly title: string;
  /** Word for the names of resources. */
  readonly slug: string;
  readonly make: (setting: FaultSetting) => Fault;
}

function status(code: number, more: { retryAfter?: number; applied?: boolean } = {}): MatrixFault["make"] {
  return ({ secrets }) => ({
    kind: "status",
    status: code,
    body: { detail: `Refused: ${secrets.join(" ")}` },
    ...more,
  });
}

function always(fault: Fault): MatrixFault["make"] {
  return () => fault;
}

/** Faults of a request that cannot change anything. */
export const readFaults: readonly MatrixFault[] = [
  { title: "429, `Retry-After: 1`", slug: "429", make: status(429, { retryAfter: 1 }) },
  { title: "503", slug: "503", make: status(503) },
  { title: "500", slug: "500", make: status(500) },
  { title: "502", slug: "502", make: status(502) },
  { title: "401", slug: "401", make: status(401) },
  { title: "reset", slug: "reset", make: always({ kind: "reset", applied: false }) },
  { title: "no answer (time-out)", slug: "hang", make: always({ kind: "hang", applied: false }) },
  { title: "answer cut off", slug: "cut-off", make: always({ kind: "cutOff", applied: true }) },
  { title: "HTML page, 502", slug: "html", make: always({ kind: "html" }) },
  { title: "HTML page, 200", slug: "html-200", make: always({ kind: "html", status: 200 }) },
  { title: "empty body", slug: "empty", make: always({ kind: "empty" }) },
  { title: "invalid JSON", slug: "invalid-json", make: always({ kind: "invalidJson" }) },
  {
    title: "answer without `type`",
    slug: "no-type",
    make: always({ kind: "override", fields: { type: undefined } }),
  },
  {
    title: "answer with a foreign id",
    slug: "foreign-id",
    make: ({ foreignId }) => ({ kind: "override", fields: { id: foreignId } }),
  },
  { title: "body of 50 MB", slug: "huge", make: always({ kind: "huge", bytes: 50_000_000 }) },
  {
    title: "redirect to another host",
    slug: "redirect",
    make: ({ elsewhere }) => ({ kind: "redirect", location: elsewhere }),
  },
];

/** Faults of a request that changes something: it may have been carried out when they happen. */
export const writeFaults: readonly MatrixFault[] = [
  ...readFaults.filter(({ slug }) => !["502", "reset", "hang", "cut-off", "html-200"].includes(slug)),
  { title: "502, applied", slug: "502", make: status(502, { applied: true }) },
  {
    title: "reset before it was applied",
    slug: "reset-before",
    make: always({ kind: "reset", applied: false }),
  },
  {
    title: "reset after it was applied",
    slug: "reset-after",
    make: always({ kind: "reset", applied: true }),
  },
  { title: "no answer, not applied", slug: "hang-before", make: always({ kind: "hang", applied: false }) },
  { title: "no answer, applied", slug: "hang-after", make: always({ kind: "hang", applied: true }) },
  {
    title: "answer cut off, not applied",
    slug: "cut-off-before",
    make: always({ kind: "cutOff", applied: false }),
  },
  {
    title: "answer cut off, applied",
    slug: "cut-off-after",
    make: always({ kind: "cutOff", applied: true }),
  },
  { title: "HTML page, 200, applied", slug: "html-200", make: always({ kind: "html", status: 200 }) },
];
