import assert from "node:assert/strict";

import { checkInputs, typeDriftKey } from "../../../provider/lifecycle/check";
import { unknownValue } from "../../../provider/lifecycle/inputs";
import { sampleSecret, nest, sampleArguments } from "../../helpers/samples";

const clean = { problems: [], warnings: [] };
const typeAlone =
  "type must not change alone: give the credentials of the new type in the same step or, if they stay the same, " +
  "another rotationTrigger, which sends them again.";
const oddType = "type is not one that this release knows; it is passed to Fluents as it is.";
const otherType = { ...sampleArguments, type: "account_connection_telnyx" };

describe("check", () => {
  it("finds nothing in a first step that is valid", () => {
    assert.deepEqual(checkInputs({}, sampleArguments), clean);
  });

  it("finds nothing where nothing changed", () => {
    assert.deepEqual(checkInputs(sampleArguments, sampleArguments), clean);
  });

  it("passes on what is wrong with the arguments, all of it", () => {
    assert.deepEqual(checkInputs({}, { type: "account_connection_rime", labels: sampleSecret }).problems, [
      'labels is not an argument; did you mean "label"?',
      "credentials is required, unless connectionId names a connection to adopt",
    ]);
  });

  it("gathers a type that changes alone with the other problems", () => {
    assert.deepEqual(checkInputs(sampleArguments, { ...otherType, label: 5 }).problems, [
      'label must be text; "" empties it, leave it out to not manage it',
      typeAlone,
    ]);
  });
});

describe("a type that changes", () => {
  it("is refused alone", () => {
    assert.deepEqual(checkInputs(sampleArguments, otherType).problems, [typeAlone]);
  });

  it("is refused with credentials that only have another order of keys", () => {
    const reordered = Object.fromEntries(Object.entries(sampleArguments.credentials).reverse());
    assert.deepEqual(checkInputs(sampleArguments, { ...otherType, credentials: reordered }).problems, [
      typeAlone,
    ]);
  });

  it("is refused where neither step has credentials", () => {
    const adopted = { type: "account_connection_rime", connectionId: "conn-1" };
    const other = { ...adopted, type: "account_connection_telnyx" };
    for (const news of [other, { ...other, rotationTrigger: 2 }]) {
      assert.deepEqual(checkInputs(adopted, news).problems, [typeAlone]);
    }
  });

  it("passes with new credentials", () => {
    assert.deepEqual(checkInputs(sampleArguments, { ...otherType, credentials: { key: "k" } }), clean);
  });

  it("passes with credentials that are not known yet", () => {
    assert.deepEqual(checkInputs(sampleArguments, { ...otherType, credentials: unknownValue }), clean);
  });

  it("passes with another rotationTrigger: the same credentials are sent again", () => {
    assert.deepEqual(checkInputs(sampleArguments, { ...otherType, rotationTrigger: "again" }), clean);
  });

  it("passes where the old or the new one is not known", () => {
    assert.deepEqual(checkInputs(sampleArguments, { ...sampleArguments, type: unknownValue }), clean);
    assert.deepEqual(checkInputs({ ...sampleArguments, type: unknownValue }, sampleArguments), clean);
  });

  it("passes with the id of another connection: that one has its own credentials", () => {
    const adopted = { type: "account_connection_rime", connectionId: "conn-1" };
    const other = { type: "account_connection_telnyx", connectionId: "conn-2" };
    assert.deepEqual(checkInputs(adopted, other), clean);
  });

  it("passes back after it was changed behind Pulumi's back", () => {
    assert.deepEqual(checkInputs({ ...otherType, [typeDriftKey]: true }, sampleArguments), clean);
  });

  it("is refused however deep and equal the credentials are", function () {
    this.timeout("5 s");
    const deep = () => ({ credentials: nest(100_000, sampleSecret) });
    assert.ok(
      checkInputs({ ...sampleArguments, ...deep() }, { ...otherType, ...deep() }).problems.includes(
        typeAlone,
      ),
    );
  });
});

describe("a type that the release does not know", () => {
  it("passes with one warning, which does not name it", () => {
    const { problems, warnings } = checkInputs(
      {},
      { ...sampleArguments, type: "account_connection_hunter2" },
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(warnings, [oddType]);
  });

  it("is warned of with the nearest name where it may be misspelt", () => {
    const misspelt = { ...sampleArguments, type: "account_connection_twillio" };
    const suggestion = 'Did you mean "account_connection_twilio"?';
    assert.deepEqual(checkInputs({}, misspelt).warnings, [`${oddType} ${suggestion}`]);
    assert.deepEqual(checkInputs(sampleArguments, misspelt).problems, [`${typeAlone} ${suggestion}`]);
  });

  it("is not warned of where it is refused, unknown or no text", () => {
    for (const type of ["hunter2", unknownValue, 5, undefined]) {
      assert.deepEqual(checkInputs({}, { ...sampleArguments, type }).warnings, []);
    }
  });
});

describe("credentials of which a known name is missing", () => {
  const twilio = "account_connection_twilio";

  it("pass with a warning for each", () => {
    for (const [type, credentials, warnings] of [
      [
        twilio,
        { twilio_account_sid: sampleSecret },
        ["credentials has no twilio_auth_token, which Twilio needs: they are sent without it. Add it"],
      ],
      [
        twilio,
        { twilio_auth_token: unknownValue },
        ["credentials has no twilio_account_sid, which Twilio needs: they are sent without it. Add it"],
      ],
    ] as const) {
      assert.deepEqual(checkInputs({}, { type, credentials }), { problems: [], warnings });
    }
  });
});

describe("credentials whose names are nearly the known ones", () => {
  const twilio = "account_connection_twilio";

  it("pass with a warning for each, which names no value", () => {
    for (const name of ["twilio_authtoken", "twilioAuthToken", "twillio_auth_token", "auth_token"]) {
      const credentials = { twilio_account_sid: "AC1", [name]: sampleSecret };
      assert.deepEqual(checkInputs({}, { type: twilio, credentials }), {
        problems: [],
        warnings: [
          `credentials has no twilio_auth_token; did you mean that by ${name}? They are sent as they are: mend the name`,
        ],
      });
    }
  });

  it("are not warned of where all are there, others are meant, or the vendor's are not known", () => {
    for (const [type, credentials] of [
      [twilio, { twilio_account_sid: "AC1", twilio_auth_token: "t", twilio_authtoken: "t" }],
      [twilio, { twilio_account_sid: "AC1", twilio_api_key_sid: "SK1", twilio_api_key_secret: "s" }],
      ["account_connection_rime", { rime_apikey: "k" }],
      [twilio, unknownValue],
    ]) {
      assert.deepEqual(checkInputs({}, { type, credentials }), clean);
    }
  });
});

describe("a credential with white space at its ends", () => {
  it("passes with a warning that has no value, unless it has several lines or is JSON", () => {
    const { type } = sampleArguments;
    const credentials = {
      fine: "k k",
      file: `${sampleSecret}\n`,
      nested: { list: ["k", ` ${sampleSecret}`] },
      pem: "-----BEGIN KEY-----\nAAAA\n-----END KEY-----\n",
      json: '{"private_key":"k"}\n',
      number: 5,
    };
    const warn = (path: string) =>
      `credentials.${path} begins or ends with white space, which a key does not. Sent as it is: set the value without it, or take it off in the program`;
    assert.deepEqual(checkInputs({}, { type, credentials }), {
      problems: [],
      warnings: [warn("file"), warn("nested.list.1")],
    });
  });
});

describe("a number of the pool that is not in E.164", () => {
  const { credentials, type } = sampleArguments;
  const pool = ["+14155550100", "4155550100", unknownValue, "+1 415 555 0101", "+0415550100", "12345"];
  const news = { type, credentials, steeringPool: pool };

  it("passes with one warning for the pool, which names places and no number", () => {
    assert.deepEqual(checkInputs({}, news), {
      problems: [],
      warnings: [
        "steeringPool.1, steeringPool.3, steeringPool.4, steeringPool.5: " +
          'not of the form "+14155550100" (E.164), which carriers want of a phone number. Sent as it is: mend what is misspelt',
      ],
    });
  });

  it("is not told of again where the pool stays", () => {
    assert.deepEqual(checkInputs(news, { ...news, steeringPool: pool.toReversed() }), clean);
    assert.deepEqual(checkInputs({}, { ...news, steeringPool: unknownValue }), clean);
  });
});

describe("a rotationTrigger without credentials", () => {
  it("sends nothing, which a warning says", () => {
    const news = { type: sampleArguments.type, connectionId: "conn-1", rotationTrigger: 1 };
    assert.deepEqual(checkInputs({}, news).warnings, [
      "rotationTrigger sends nothing where no credentials are declared",
    ]);
  });
});

describe("an argument that a program no longer gives", () => {
  const remote = [
    "label",
    "description",
    "userId",
    "steeringPool",
    "accountSupportsAnyCallerId",
    "config",
    "credentials",
  ] as const;
  const emptying: Partial<Record<string, string>> = {
    label: '; to empty it, declare label: ""',
    description: '; to empty it, declare description: ""',
    steeringPool: "; to empty it, declare steeringPool: []",
  };

  for (const name of remote) {
    it(`is named in a warning: ${name}`, () => {
      const news = {
        ...sampleArguments,
        onDelete: "retain",
        connectionId: "conn-1",
        rotationTrigger: undefined,
        [name]: undefined,
      };
      assert.deepEqual(checkInputs(sampleArguments, news).warnings, [
        `no longer declared, so no longer managed: ${name}. The connection keeps what it has${emptying[name] ?? ""}`,
      ]);
    });
  }

  it("is named with the others in one warning", () => {
    const { type, credentials } = sampleArguments;
    const { warnings } = checkInputs(sampleArguments, { type, credentials });
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0] ?? "",
      /: label, description, userId, steeringPool, accountSupportsAnyCallerId, config\. /,
    );
  });

  it("is not named beside what is wrong: it may be misspelt", () => {
    const { label, ...others } = sampleArguments;
    const { problems, warnings } = checkInputs(sampleArguments, { ...others, lable: label });
    assert.equal(problems.length, 1);
    assert.deepEqual(warnings, []);
  });

  it("is named where it is null now", () => {
    assert.equal(checkInputs(sampleArguments, { ...sampleArguments, label: null }).warnings.length, 1);
  });

  it("is not warned of if the connection does not have it", () => {
    const { rotationTrigger, onDelete, allowDuplicate, ...others } = sampleArguments;
    assert.deepEqual(checkInputs({ rotationTrigger, onDelete, allowDuplicate, ...others }, others), clean);
  });

  it("is not warned of where it is unknown or emptied", () => {
    assert.deepEqual(
      checkInputs(sampleArguments, { ...sampleArguments, label: unknownValue, config: {} }),
      clean,
    );
  });
});
