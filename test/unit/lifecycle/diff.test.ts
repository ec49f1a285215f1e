import assert from "node:assert/strict";

import { FluentsError } from "../../../provider/errors";
import type { JsonObject } from "../../../provider/json";
import { diffConnection } from "../../../provider/lifecycle/diff";
import { unknownValue } from "../../../provider/lifecycle/inputs";
import { encodeOutputs, encodeState, stateVersion } from "../../../provider/lifecycle/state";
import { changeRecord, sampleArguments, sampleUrn, stateOf } from "../../helpers/samples";

const id = "conn-1";
const minimal = { type: "account_connection_rime", credentials: { key: "k" } };

/** Outputs in the state after `bag` was created, through JSON as Pulumi keeps them. */
function outputsOf(bag: JsonObject, changes: Parameters<typeof stateOf>[1] = {}): JsonObject {
  return JSON.parse(JSON.stringify(encodeState(stateOf(bag, changes), { __urn: sampleUrn }))) as JsonObject;
}

interface Case {
  readonly title: string;
  readonly olds?: JsonObject;
  readonly news?: JsonObject;
  readonly changes: boolean | undefined;
  readonly replaces?: readonly string[];
}

const same: Case[] = [
  { title: "nothing changed", changes: false },
  {
    title: "the pool has another order",
    news: { steeringPool: ["+14155550101", "+14155550100"] },
    changes: false,
  },
  {
    title: "keys have another order",
    news: {
      config: { other: null, voicemail_detection: { seconds: 3, enabled: true } },
      credentials: Object.fromEntries(Object.entries(sampleArguments.credentials).reverse()),
      rotationTrigger: { list: [1], month: 7 },
    },
    changes: false,
  },
  {
    title: "defaults are written out",
    olds: outputsOf(minimal),
    news: { ...absent(), ...minimal, onDelete: "retain", allowDuplicate: false },
    changes: false,
  },
  {
    title: "absent arguments are null",
    olds: outputsOf(minimal),
    news: { ...absent(), ...minimal },
    changes: false,
  },
  {
    title: "an argument that is not managed drifted",
    olds: outputsOf(minimal, { label: "made in the dashboard", steeringPool: ["+1"] }),
    news: { ...absent(), ...minimal },
    changes: false,
  },
  {
    title: "an emptied text is nothing at the service",
    olds: outputsOf(
      { ...minimal, label: "", steeringPool: [] },
      { label: undefined, steeringPool: undefined },
    ),
    news: { ...absent(), ...minimal, label: "", steeringPool: [] },
    changes: false,
  },
  {
    title: "connectionId is the one that was adopted",
    olds: outputsOf({ ...minimal, connectionId: id }, { record: { isAdopted: true } }),
    news: { ...absent(), ...minimal, connectionId: id },
    changes: false,
  },
  {
    title: "the provider text and the URN changed",
    news: { __provider: "exports.handler = …", __urn: unknownValue },
    changes: false,
  },
];

const shownByInputs: Case[] = [
  ...Object.keys(sampleArguments).flatMap((name): Case[] => [
    { title: `${name} is unknown`, news: { [name]: unknownValue }, changes: undefined },
    { title: `${name} is gone`, news: { [name]: null }, changes: undefined },
  ]),
  { title: "label changed", news: { label: "new" }, changes: undefined },
  {
    title: "a nested credential changed",
    news: { credentials: { nested: { list: ["b"] } } },
    changes: undefined,
  },
  {
    title: "a nested credential is unknown",
    news: { credentials: { a: [unknownValue] } },
    changes: undefined,
  },
  { title: "a config key is gone", news: { config: { other: null } }, changes: undefined },
  { title: "a pool number was added", news: { steeringPool: ["+1"] }, changes: undefined },
  { title: "only rotationTrigger changed", news: { rotationTrigger: 8 }, changes: undefined },
  { title: "only onDelete changed", news: { onDelete: "retain" }, changes: undefined },
  { title: "connectionId is the id already", news: { connectionId: id, onDelete: null }, changes: undefined },
  {
    title: "connectionId is gone after adoption",
    olds: outputsOf({ ...minimal, connectionId: id }, { record: { isAdopted: true } }),
    news: { ...absent(), ...minimal },
    changes: undefined,
  },
  {
    title: "connectionId is another one",
    news: { connectionId: "conn-2" },
    changes: undefined,
    replaces: ["connectionId"],
  },
  {
    title: "connectionId is unknown",
    news: { connectionId: unknownValue },
    changes: undefined,
    replaces: ["connectionId"],
  },
  {
    title: "an argument changed and another is pending",
    olds: outputsOf(sampleArguments, { record: { pending: ["credentials"] } }),
    news: { label: "new" },
    changes: undefined,
  },
];

const hidden: Case[] = [
  {
    title: "all that changed is null inside an object",
    news: { config: { voicemail_detection: { enabled: true, seconds: 3 } } },
    changes: true,
  },
  {
    title: "credentials are pending",
    olds: outputsOf(sampleArguments, { record: { pending: ["credentials"] } }),
    changes: true,
  },
  {
    title: "what is pending is not declared any more",
    olds: outputsOf(minimal, { record: { pending: ["label"] } }),
    news: { ...absent(), ...minimal },
    changes: true,
  },
  {
    title: "label drifted in the outputs alone",
    olds: outputsOf(sampleArguments, { label: "drifted" }),
    changes: true,
  },
  {
    title: "the pool is gone in the outputs",
    olds: outputsOf(sampleArguments, { steeringPool: undefined }),
    changes: true,
  },
  {
    title: "the pool holds what has no order",
    news: { steeringPool: [{ toString: [] }, 1] },
    changes: undefined,
  },
  {
    title: "credentials drifted",
    olds: outputsOf(sampleArguments, { credentials: { key: "x" } }),
    changes: true,
  },
  { title: "config drifted", olds: outputsOf(sampleArguments, { config: { other: null } }), changes: true },
  {
    title: "the type drifted",
    olds: outputsOf(sampleArguments, { type: "account_connection_rime" }),
    changes: true,
  },
  {
    title: "the record keeps another rotationTrigger",
    olds: outputsOf(sampleArguments, { record: { rotationTrigger: "old" } }),
    changes: true,
  },
  { title: "the record is missing", olds: encodeOutputs(stateOf(sampleArguments), {}), changes: true },
  { title: "another provider wrote the outputs", olds: { label: "x", __provider: "old" }, changes: true },
  {
    title: "the record is missing and connectionId is another one",
    olds: {},
    news: { connectionId: "conn-2" },
    changes: true,
    replaces: ["connectionId"],
  },
  {
    title: "the id in the state is not the one of connectionId, with equal inputs",
    olds: outputsOf({ ...minimal, connectionId: "conn-2" }),
    news: { ...absent(), ...minimal, connectionId: "conn-2" },
    changes: true,
    replaces: ["connectionId"],
  },
];

describe("diff", () => {
  const groups = {
    "says no change where": same,
    "leaves it to Pulumi, which sees it in the inputs, where": shownByInputs,
    "says change, which Pulumi cannot see, where": hidden,
  };
  for (const [group, cases] of Object.entries(groups)) {
    for (const { title, olds = outputsOf(sampleArguments), news = {}, changes, replaces = [] } of cases) {
      it(`${group} ${title}`, () => {
        const difference = diffConnection(id, olds, { ...sampleArguments, ...news });
        assert.deepEqual(difference, { changes, replaces, warnings: [] });
      });
    }
  }

  it("warns where a rotation that is not confirmed would be undone, and nowhere else", () => {
    const sent = [{ ...sampleArguments.credentials, twilio_auth_token: "new" }];
    const olds = (changes: Record<string, unknown>) => changeRecord(outputsOf(sampleArguments), changes);
    const warningsOf = (state: Record<string, unknown>, news = {}) =>
      diffConnection(id, state, { ...sampleArguments, ...news }).warnings;
    const lost = olds({ pending: ["credentials"], sent });
    assert.match(
      warningsOf(lost)[0] ?? "",
      /^a rotation was not confirmed, and the credentials of before it/,
    );
    assert.deepEqual(warningsOf(lost, { credentials: sent[0] }), []);
    assert.deepEqual(warningsOf(olds({ pending: ["label"], sent })), []);
    const again = [...sent, sampleArguments.credentials];
    assert.deepEqual(warningsOf(olds({ pending: ["credentials"], sent: again })), []);
    assert.deepEqual(warningsOf(olds({ pending: ["credentials"], sent: [sampleArguments.credentials] })), []);
  });

  it("warns where onDelete has no effect, since the connection was adopted", () => {
    const adopted = changeRecord(outputsOf(sampleArguments), { isAdopted: true });
    const { warnings } = diffConnection(id, adopted, { ...sampleArguments, onDelete: "scrub" });
    assert.match(warnings.join(), /^onDelete: "scrub" has no effect/);
    assert.deepEqual(diffConnection(id, adopted, { ...sampleArguments, onDelete: "retain" }).warnings, []);
  });

  it("refuses the state of a newer package", () => {
    const olds = outputsOf(sampleArguments);
    const newer = changeRecord(olds, { stateVersion: stateVersion + 1, writtenBy: "99.0.0" });
    assert.throws(
      () => diffConnection(id, newer, sampleArguments),
      (error: unknown) => FluentsError.isInstance(error) && error.code === "state_too_new",
    );
  });
});

/** Every argument as absent. */
function absent(): JsonObject {
  return Object.fromEntries(Object.keys(sampleArguments).map((name) => [name, null]));
}
