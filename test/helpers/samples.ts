import type { JsonObject } from "../../provider/json";
import {
  describeInputs,
  requireInputs,
  type AccountConnectionState,
  type StateRecord,
} from "../../provider/lifecycle/state";

/** A secret that must not appear in any message. Look for it with `includes`: it is special in patterns, and in JSON. */
export const sampleSecret = 'HUNTER2-canary/+ü"';

/** URN of the sample resource. */
export const sampleUrn = "urn:pulumi:dev::test::pulumi-nodejs:dynamic/fluents:AccountConnection::twilio";

/** Arguments of a Twilio connection in which every argument that can be is given. */
export const sampleArguments = {
  type: "account_connection_twilio",
  label: "Twilio, dev",
  description: "for calls",
  userId: "user-1",
  credentials: {
    twilio_account_sid: "AC123",
    twilio_auth_token: sampleSecret,
    nested: { list: ["a", sampleSecret] },
  },
  steeringPool: ["+14155550100", "+14155550101"],
  accountSupportsAnyCallerId: true,
  config: { voicemail_detection: { enabled: true, seconds: 3 }, other: null },
  rotationTrigger: { month: 7, list: [1] },
  onDelete: "scrub",
  allowDuplicate: true,
} as const satisfies JsonObject;

/** The state after `bag` was created and confirmed. */
export function stateOf(
  bag: JsonObject,
  changes: Omit<Partial<AccountConnectionState>, "record"> & { readonly record?: Partial<StateRecord> } = {},
): AccountConnectionState {
  const inputs = requireInputs(bag);
  const { record, ...outputs } = changes;
  return {
    type: inputs.type,
    userId: inputs.userId,
    label: inputs.label,
    description: inputs.description,
    steeringPool: inputs.steeringPool,
    accountSupportsAnyCallerId: inputs.accountSupportsAnyCallerId,
    config: inputs.config,
    credentials: inputs.credentials,
    credentialsVersion: 1,
    credentialsRotatedAt: "2026-01-02T03:04:05.678Z",
    ...outputs,
    record: {
      ...describeInputs(inputs),
      isAdopted: false,
      environmentDigest: "digest-of-environment",
      hiddenDrift: [],
      pending: [],
      ...record,
    },
  };
}

/** The hidden record of outputs. */
export function recordOf(outputs: JsonObject): JsonObject {
  return JSON.parse(String(outputs.__fluents)) as JsonObject;
}

/** Outputs whose record is changed. */
export function changeRecord(outputs: JsonObject, changes: JsonObject): Record<string, unknown> {
  return { ...outputs, __fluents: JSON.stringify({ ...recordOf(outputs), ...changes }) };
}

/** `leaf` below `depth` objects. */
export function nest(depth: number, leaf: unknown): unknown {
  let value = leaf;
  for (let level = 0; level < depth; level += 1) {
    value = { a: value };
  }
  return value;
}

/** A copy without the keys whose value is `undefined`: absent either way. */
export function withoutAbsent(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
