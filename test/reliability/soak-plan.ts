import { startFaultPlan, type Fault, type RandomFaults } from "../emulator/faults";

/** Number of connections of the soak. */
export const connectionCount = 200;

/** Attempts that the provider makes of one request, by default. */
const attemptLimit = 6;

const kinds: Fault[] = [
  { kind: "status", status: 429 },
  { kind: "status", status: 503 },
  { kind: "reset", applied: false },
  { kind: "reset", applied: true },
  { kind: "cutOff", applied: true },
  { kind: "hang", applied: true },
];

/** Every request fails with probability 0.2, on every endpoint. */
export function planSoak(seed: number): RandomFaults {
  return { seed, probability: 0.2, kinds };
}

/** Label of a connection, by which the plan knows it too. */
export function labelOf(index: number): string {
  return `soak ${index}`;
}

/**
 * Foretells in how many `up`s a plan lets each connection be created. Within one `up` a creation is sent again only while it
 * is refused; what was reset before the service had it is not told from what comes late, so that it takes another `up`.
 */
export function foretellUps(plan: RandomFaults): number[] {
  const takeFault = startFaultPlan(plan);
  return Array.from({ length: connectionCount }, (_, index) => {
    const target = { method: "POST", operation: "create", id: undefined, label: labelOf(index) } as const;
    for (let ups = 1; ; ups += 1) {
      let fault = takeFault(target)?.fault;
      for (let attempt = 1; fault?.kind === "status" && attempt < attemptLimit; attempt += 1) {
        fault = takeFault(target)?.fault;
      }
      const isLost = fault?.kind === "status" || (fault?.kind === "reset" && !fault.applied);
      if (!isLost) {
        return ups;
      }
    }
  });
}
