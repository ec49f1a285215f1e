import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { FluentsError } from "../../../provider/errors";
import { unknownValue } from "../../../provider/lifecycle/inputs";
import {
  describeInputs,
  describeResource,
  digestInputs,
  encodeOutputs,
  encodeState,
  parseState,
  readUrn,
  requireInputs,
  stateVersion,
} from "../../../provider/lifecycle/state";
import { packageVersion } from "../../../provider/version";
import { readStateFixture } from "../../helpers/state-fixture";
import {
  sampleSecret,
  changeRecord,
  recordOf,
  sampleArguments,
  sampleUrn,
  stateOf,
  withoutAbsent,
} from "../../helpers/samples";

const bag = { ...sampleArguments, __urn: sampleUrn };

function codeOf(code: string) {
  return (error: unknown) => FluentsError.isInstance(error) && error.code === code;
}

/** Outputs whose record is changed. */
function outputsWith(changes: Record<string, unknown>): Record<string, unknown> {
  return changeRecord(encodeState(stateOf(sampleArguments), bag), changes);
}

describe("the state", () => {
  it("comes back as it was written", () => {
    const state = stateOf(sampleArguments, {
      record: {
        shown: { "/twilio_auth_token": "****1234", "/gone": null },
        hiddenDrift: ["/token"],
        pending: ["label"],
      },
    });
    assert.deepEqual(withoutAbsent(parseState(encodeState(state, bag))), withoutAbsent(state));
  });

  it("comes back through JSON as it was written", () => {
    const state = stateOf({ type: "account_connection_rime", credentials: { key: sampleSecret } });
    const stored: unknown = JSON.parse(JSON.stringify(encodeState(state, bag)));
    assert.deepEqual(withoutAbsent(parseState(stored as Record<string, unknown>)), withoutAbsent(state));
  });

  it("holds null for an output that is absent, and nothing that is undefined", () => {
    const minimal = stateOf({ type: "account_connection_rime", connectionId: "conn-1" });
    const outputs = encodeState(
      { ...minimal, credentialsVersion: undefined, credentialsRotatedAt: undefined },
      bag,
    );
    assert.deepEqual(
      { ...outputs, __fluents: undefined },
      {
        type: "account_connection_rime",
        userId: null,
        label: null,
        description: null,
        steeringPool: null,
        accountSupportsAnyCallerId: null,
        config: null,
        credentials: null,
        credentialsVersion: null,
        credentialsRotatedAt: null,
        __urn: sampleUrn,
        __fluents: undefined,
      },
    );
    assert.deepEqual(outputs, JSON.parse(JSON.stringify(outputs)));
  });

  it("reads null as absent", () => {
    const minimal = stateOf({ type: "account_connection_rime", connectionId: "conn-1" });
    const state = parseState(encodeState(minimal, bag));
    assert.ok(state);
    assert.equal(state.label, undefined);
    assert.equal(state.credentials, undefined);
    assert.equal(state.steeringPool, undefined);
    assert.equal(state.config, undefined);
  });

  it("leaves out of its record what is as in most resources", () => {
    const minimal = { type: "account_connection_rime", credentials: { key: "value" } };
    const outputs = encodeState(stateOf(minimal), minimal);
    assert.deepEqual(Object.keys(recordOf(outputs)).toSorted(), [
      "environmentDigest",
      "inputsDigest",
      "managed",
      "stateVersion",
      "writtenBy",
    ]);
  });

  it("reads what was left out of its record as every release did", () => {
    const minimal = { type: "account_connection_rime", credentials: { key: "value" } };
    const record = parseState(encodeState(stateOf(minimal), minimal))?.record;
    const { isAdopted, configKeys, onDelete, allowDuplicate, pending } = record ?? {};
    assert.deepEqual(
      [isAdopted, configKeys, onDelete, allowDuplicate, pending],
      [false, [], "retain", false, []],
    );
  });

  it("is named with the version of its shape and of the package", () => {
    const record = recordOf(encodeState(stateOf(sampleArguments), bag));
    assert.equal(record.stateVersion, stateVersion);
    assert.equal(record.writtenBy, packageVersion);
  });

  it("is absent in the outputs of a lookup and of another provider", () => {
    assert.equal(parseState(encodeOutputs(stateOf(sampleArguments), bag)), undefined);
    assert.equal(parseState({ label: "old", __provider: "exports.handler = …" }), undefined);
    assert.equal(parseState({ __fluents: null }), undefined);
    assert.equal(parseState({}), undefined);
  });

  it("of a newer package is refused, with the version to install", () => {
    assert.throws(
      () => parseState(outputsWith({ stateVersion: stateVersion + 1, writtenBy: "9.8.7", shape: "new" })),
      (error: unknown) => {
        assert.ok(FluentsError.isInstance(error));
        assert.equal(error.code, "state_too_new");
        assert.match(error.message, /^resource "twilio": /);
        assert.match(error.message, /`npm install pulumi-fluents@9\.8\.7`/);
        assert.ok(error.message.includes(packageVersion));
        return true;
      },
    );
  });

  it("of a newer package with the same version is read, and what is not known in it is passed over", () => {
    const known = parseState(outputsWith({}));
    const newer = outputsWith({ writtenBy: "9.8.7", aNewerField: { a: 1 } });
    assert.deepEqual(parseState({ ...newer, aNewerOutput: 1 }), known);

    const names = { managed: ["type", "aNewerArgument"], pending: ["aNewerArgument"] };
    const { record } = parseState(outputsWith(names)) ?? assert.fail();
    assert.deepEqual({ managed: record.managed, pending: record.pending }, names);
  });

  const damages: Record<string, Record<string, unknown>> = {
    "whose record is a text": { __fluents: sampleSecret },
    "whose record is a number in a text": { __fluents: "5" },
    "whose record is a list": { __fluents: [sampleSecret] },
    "whose record is an object": { __fluents: { stateVersion, writtenBy: packageVersion } },
    "whose record is empty": { __fluents: "{}" },
    "whose record says a version that is none": outputsWith({ stateVersion: 0 }),
    "whose record says no version": outputsWith({ stateVersion: undefined }),
    "whose record names an argument by a number": outputsWith({ managed: [5] }),
    "whose record has a pending marker that is a text": outputsWith({ pending: sampleSecret }),
    "whose record has showings that are a list": outputsWith({ shown: [sampleSecret] }),
    "whose type is missing": { ...outputsWith({}), type: undefined },
    "whose label is a number": { ...outputsWith({}), label: 5 },
    "whose credentials are a text": { ...outputsWith({}), credentials: sampleSecret },
    "whose pool holds a number": { ...outputsWith({}), steeringPool: [5] },
  };
  for (const [title, outputs] of Object.entries(damages)) {
    it(`${title} is refused, with the resource and the mend, and without a value`, () => {
      assert.throws(
        () => parseState({ __urn: sampleUrn, ...outputs }),
        (error: unknown) => {
          assert.ok(FluentsError.isInstance(error));
          assert.equal(error.code, "state_damaged");
          assert.match(error.message, /^resource "twilio": its state is damaged \([\w., ]+\)\. /);
          assert.match(error.message, /`pulumi state delete 'urn:[^']+'`.*`connectionId`.*`pulumi up`/);
          assert.ok(!error.message.includes(sampleSecret));
          return true;
        },
      );
    });
  }
});

describe("the states that releases left behind", () => {
  it("are kept, one of each version, as they were", () => {
    // Of a released fixture: never to change.
    const digests = ["9ee279f86d3c77ec415f90e43a78a86c9155c1ff8433c0bf86b8031825174cb8"];
    assert.equal(digests.length, stateVersion, "every version has a fixture");
    for (const [index, digest] of digests.entries()) {
      const { deployment } = readStateFixture(`state-v${index + 1}`);
      assert.equal(createHash("sha256").update(deployment).digest("hex"), digest);
    }
  });
});

describe("the digest of the inputs", () => {
  const digest = digestInputs(sampleArguments);

  it("does not depend on the order of keys and pool", () => {
    const reordered = Object.fromEntries(Object.entries(sampleArguments).reverse());
    assert.equal(
      digestInputs({
        ...reordered,
        steeringPool: [...sampleArguments.steeringPool].reverse(),
        config: { other: null, voicemail_detection: { seconds: 3, enabled: true } },
      }),
      digest,
    );
  });

  it("is the same with the defaults written out, with null, and with Pulumi's own keys", () => {
    const plain = { type: "account_connection_rime", credentials: { key: "k" } };
    assert.equal(
      digestInputs({
        ...plain,
        onDelete: "retain",
        allowDuplicate: false,
        verifyCredentials: false,
        label: null,
        __provider: "x",
        __urn: "y",
      }),
      digestInputs(plain),
    );
  });

  it("differs where a list inside an argument has another order", () => {
    const reordered = { ...sampleArguments, rotationTrigger: [1, 2] };
    assert.notEqual(digestInputs(reordered), digestInputs({ ...reordered, rotationTrigger: [2, 1] }));
  });

  for (const name of Object.keys(sampleArguments)) {
    it(`differs without ${name}, and where it is unknown`, () => {
      assert.notEqual(digestInputs({ ...sampleArguments, [name]: undefined }), digest);
      assert.notEqual(digestInputs({ ...sampleArguments, [name]: unknownValue }), digest);
    });
  }

  it("is the one that the record keeps", () => {
    assert.equal(describeInputs(requireInputs(sampleArguments)).inputsDigest, digest);
  });
});

describe("a resource's name in messages", () => {
  it("is the last part of its URN", () => {
    assert.equal(describeResource({ __urn: sampleUrn }), 'resource "twilio"');
    assert.equal(readUrn({ __urn: sampleUrn }), sampleUrn);
  });

  it("is left out where the URN is missing or unknown", () => {
    for (const urn of [undefined, null, 5, unknownValue]) {
      assert.equal(describeResource({ __urn: urn }), "a resource");
      assert.equal(readUrn({ __urn: urn }), undefined);
    }
  });
});

describe("the arguments of a step that sends", () => {
  it("are refused where one is still unknown, at any depth", () => {
    for (const changes of [
      { label: unknownValue },
      { credentials: unknownValue },
      { credentials: { deep: { list: ["a", unknownValue] } } },
      { steeringPool: [unknownValue] },
      { rotationTrigger: { a: [unknownValue] } },
    ]) {
      assert.throws(() => requireInputs({ ...sampleArguments, ...changes }), codeOf("invalid_arguments"));
    }
  });

  it("are refused where they are not valid", () => {
    assert.throws(() => requireInputs({ ...sampleArguments, credentials: {} }), codeOf("invalid_arguments"));
  });
});
