import assert from "node:assert/strict";

import fc from "fast-check";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

import { decodeConnection, decodePage, encodeFields } from "../../../provider/api/wire";
import { digestJson, isSameJson } from "../../../provider/json";
import { checkInputs } from "../../../provider/lifecycle/check";
import { diffConnection } from "../../../provider/lifecycle/diff";
import { parseInputs } from "../../../provider/lifecycle/inputs";
import { encodeState, parseState } from "../../../provider/lifecycle/state";
import { sanitizeBag } from "../../../provider/sanitize";
import { sampleUrn, stateOf, withoutAbsent } from "../../helpers/samples";
import {
  anything,
  connectionFields,
  hostileAnswer,
  hostileBag,
  jsonValue,
  reorderKeys,
  runs,
  text,
  validArguments,
  valueMark,
} from "./values";

/** Outputs in the state after `bag` was created, through JSON as Pulumi keeps them. */
function outputsOf(bag: Record<string, unknown>): Record<string, unknown> {
  return withoutAbsent(encodeState(stateOf(bag), { __urn: sampleUrn })) as Record<string, unknown>;
}

describe("for any values", function () {
  this.timeout("5 min");

  it("check does not throw, does not change its arguments, and names no value", () => {
    fc.assert(
      // The bags are frozen: a change throws.
      fc.property(hostileBag, hostileBag, (olds, news) => {
        const { problems, warnings } = checkInputs(olds, news);
        for (const line of [...problems, ...warnings]) {
          assert.ok(!line.includes(valueMark) && !line.includes("31415926"), line);
          // eslint-disable-next-line no-control-regex -- this is about control characters
          assert.doesNotMatch(line, /[\0-\x1f\x7f-\x9f\u202e]/);
        }
      }),
      runs,
    );
  });

  it("check accepts arguments that are valid, and they pass as they are", () => {
    fc.assert(
      fc.property(validArguments, (bag) => {
        assert.deepEqual(checkInputs({}, bag).problems, []);
        // An argument that is null is absent.
        const given = Object.fromEntries(Object.entries(bag).filter(([, value]) => value !== null));
        assert.deepEqual(withoutAbsent(parseInputs(bag).inputs), withoutAbsent(given));
      }),
      runs,
    );
  });

  it("diff of what is equal is no change, whatever the order of keys and pool", () => {
    fc.assert(
      fc.property(validArguments, (bag) => {
        const news = reorderKeys({
          ...bag,
          ...(bag.steeringPool && { steeringPool: bag.steeringPool.toReversed() }),
        });
        assert.deepEqual(diffConnection("conn-1", outputsOf(bag), news as Record<string, unknown>), {
          changes: false,
          replaces: [],
          warnings: [],
        });
      }),
      runs,
    );
  });

  it("diff of what is not equal is a change", () => {
    fc.assert(
      fc.property(
        validArguments,
        fc.constantFrom("credentials", "config", "rotationTrigger"),
        jsonValue,
        (bag, name, value) => {
          const news = { ...bag, [name]: { changed: value } };
          fc.pre(!isSameJson(news[name], (bag as Record<string, unknown>)[name]));
          assert.notEqual(diffConnection("conn-1", outputsOf(bag), news).changes, false);
        },
      ),
      runs,
    );
  });

  it("diff leaves its arguments alone", () => {
    fc.assert(
      fc.property(validArguments, hostileBag, (bag, news) => {
        const olds = outputsOf(bag);
        const before = JSON.stringify(olds);
        diffConnection("conn-1", olds, news);
        assert.equal(JSON.stringify(olds), before);
      }),
      runs,
    );
  });

  it("a state that was written is read as it was", () => {
    fc.assert(
      fc.property(validArguments, fc.dictionary(text, fc.option(text)), (bag, shown) => {
        const state = stateOf(bag, { record: { shown, pending: ["label"] } });
        delete (shown as Record<string, unknown>).__proto__;
        const stored = withoutAbsent(encodeState(state, {})) as Record<string, unknown>;
        assert.deepEqual(withoutAbsent(parseState(stored)), withoutAbsent(state));
      }),
      runs,
    );
  });

  it("the fields of a request are read from an answer as they were sent", () => {
    fc.assert(
      fc.property(connectionFields, (fields) => {
        const answer: unknown = JSON.parse(JSON.stringify({ id: "conn-1", ...encodeFields(fields) }));
        assert.deepEqual(
          withoutAbsent(decodeConnection(answer).value),
          withoutAbsent({ id: "conn-1", ...fields }),
        );
      }),
      runs,
    );
  });

  it("an answer that is none gives a problem and no value", () => {
    fc.assert(
      fc.property(hostileAnswer, (body) => {
        const problem = `${decodeConnection(body).problem ?? ""} ${decodePage(body).problem ?? ""}`;
        assert.ok(!problem.includes(valueMark) && !problem.includes("31415926"), problem);
      }),
      runs,
    );
  });

  it("what was sanitized goes through Pulumi's encoding and through JSON unchanged", () => {
    fc.assert(
      fc.property(anything, (value) => {
        const bag = sanitizeBag({ value });
        const struct = Struct.fromJavaScript(bag as Record<string, JavaScriptValue>);
        const received = Struct.deserializeBinary(struct.serializeBinary()).toJavaScript();
        assert.deepEqual(withoutAbsent(received), withoutAbsent(bag));
        assert.deepEqual(withoutAbsent(sanitizeBag(bag)), withoutAbsent(bag));
      }),
      runs,
    );
  });

  it("two values are the same exactly where their digests are", () => {
    fc.assert(
      fc.property(jsonValue, jsonValue, (left, right) => {
        assert.ok(isSameJson(left, reorderKeys(left)));
        assert.equal(digestJson(left), digestJson(reorderKeys(left)));
        assert.equal(isSameJson(left, right), digestJson(left) === digestJson(right));
      }),
      runs,
    );
  });
});
