import assert from "node:assert/strict";

import { digestEnvironment, isLoopback, readSettings, type Settings } from "../../provider/settings";
import { sampleSecret } from "../helpers/samples";

const key = { apiKey: "key-1" };

/** Reads settings from stack config (short names) and environment. */
function read(config: Record<string, string>, environment: Record<string, string> = {}) {
  return readSettings((name) => config[name.replace(/^fluents:/, "")], environment);
}

function settingsOf(config: Record<string, string>, environment?: Record<string, string>): Settings {
  const { settings, problems } = read({ ...key, ...config }, environment);
  assert.deepEqual(problems, undefined);
  assert.ok(settings);
  return settings;
}

const defaults: Settings = {
  apiKey: "key-1",
  baseUrl: "https://api.fluents.ai",
  environmentConnectionId: undefined,
  requestTimeoutMs: 30_000,
  maxRetries: 5,
  maxConcurrency: 10,
  twilioUrl: "https://api.twilio.com",
  openaiUrl: "https://api.openai.com",
};

/** Config key, variable, a value, and what it gives. */
const keys: readonly (readonly [string, string, string, Partial<Settings>])[] = [
  ["apiKey", "FLUENTS_API_KEY", "key-2", { apiKey: "key-2" }],
  ["baseUrl", "FLUENTS_API_URL", "https://eu.fluents.ai/base/", { baseUrl: "https://eu.fluents.ai/base" }],
  ["environmentConnectionId", "FLUENTS_ENVIRONMENT_CONNECTION_ID", "c-1", { environmentConnectionId: "c-1" }],
  ["requestTimeoutSeconds", "FLUENTS_REQUEST_TIMEOUT_SECONDS", "2.5", { requestTimeoutMs: 2500 }],
  ["maxRetries", "FLUENTS_MAX_RETRIES", "0", { maxRetries: 0 }],
  ["maxConcurrency", "FLUENTS_MAX_CONCURRENCY", "64", { maxConcurrency: 64 }],
  [
    "twilioUrl",
    "FLUENTS_TWILIO_URL",
    "https://proxy.example/twilio/",
    { twilioUrl: "https://proxy.example/twilio" },
  ],
  ["openaiUrl", "FLUENTS_OPENAI_URL", "http://127.0.0.1:81", { openaiUrl: "http://127.0.0.1:81" }],
];

describe("the settings", () => {
  it("have defaults for all but the key", () => {
    assert.deepEqual(settingsOf({}), defaults);
  });

  it("are read by their full names", () => {
    const asked: string[] = [];
    readSettings((name) => {
      asked.push(name);
      return undefined;
    }, {});
    assert.deepEqual(
      asked,
      keys.map(([name]) => `fluents:${name}`),
    );
  });

  for (const [name, variable, value, expected] of keys) {
    it(`take ${name} from the stack config`, () => {
      assert.deepEqual(settingsOf({ [name]: value }), { ...defaults, ...expected });
    });

    it(`take ${name} from ${variable} where the config has none`, () => {
      const config = name === "apiKey" ? {} : key;
      assert.deepEqual(read(config, { [variable]: value }).settings, { ...defaults, ...expected });
    });

    it(`prefer the stack config to ${variable}`, () => {
      assert.deepEqual(settingsOf({ [name]: value }, { [variable]: "!" }), { ...defaults, ...expected });
    });

    it(`take an empty ${variable} for none`, () => {
      assert.deepEqual(settingsOf({}, { [variable]: "" }), defaults);
    });

    it(`take spaces around ${name} away`, () => {
      assert.deepEqual(settingsOf({ [name]: ` ${value}\n` }), { ...defaults, ...expected });
    });
  }
});

const mend = "run `pulumi config set --secret fluents:apiKey` in the stack's project, or set FLUENTS_API_KEY";
const httpsOnly =
  "config fluents:baseUrl must be an address that begins with https:// (http:// for loopback) and has no user, query or fragment";
const retries = "config fluents:maxRetries must be a whole number from 0 to 20";
const concurrency = "config fluents:maxConcurrency must be a whole number from 1 to 100";

const problems: readonly (readonly [string, Record<string, string>, string])[] = [
  ["an empty key", { apiKey: "" }, `config fluents:apiKey is empty: ${mend}`],
  ["a key of spaces", { apiKey: "  " }, `config fluents:apiKey is empty: ${mend}`],
  ...["two words", "line\nbreak", "tab\there", "ünicode", "nul\0"].map(
    (apiKey) =>
      [
        `the key ${JSON.stringify(apiKey)}`,
        { apiKey },
        `config fluents:apiKey holds a character that no API key has (space, line break, …): ${mend}`,
      ] as const,
  ),
  [
    "an empty address",
    { baseUrl: " " },
    "config fluents:baseUrl is empty: take it away with `pulumi config rm`, for https://api.fluents.ai",
  ],
  ...[
    "api.fluents.ai",
    "http://api.fluents.ai",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://169.254.169.254",
    `https://user:${sampleSecret}@api.fluents.ai`,
    "https://user@api.fluents.ai",
    "https://api.fluents.ai/?x=1",
    "https://api.fluents.ai/#x",
    "https://api.fluents.ai?",
    "https://api.fluents.ai#",
    "ftp://api.fluents.ai",
    "file:///etc/passwd",
    "javascript:alert(1)",
  ].map((baseUrl) => [`the address ${JSON.stringify(baseUrl)}`, { baseUrl }, httpsOnly] as const),
  [
    "a vendor's address in plain http",
    { openaiUrl: "http://api.openai.com" },
    httpsOnly.replace("baseUrl", "openaiUrl"),
  ],
  [
    "an empty environmentConnectionId",
    { environmentConnectionId: "" },
    "config fluents:environmentConnectionId is empty: take it away with `pulumi config rm`",
  ],
  [
    "a time-out that is no number",
    { requestTimeoutSeconds: "5s" },
    "config fluents:requestTimeoutSeconds must be a number of seconds",
  ],
  [
    "no time-out",
    { requestTimeoutSeconds: "0" },
    "config fluents:requestTimeoutSeconds must be at least 0.1 seconds",
  ],
  [
    "an empty time-out",
    { requestTimeoutSeconds: "" },
    "config fluents:requestTimeoutSeconds must be at least 0.1 seconds",
  ],
  [
    "too long a time-out",
    { requestTimeoutSeconds: "601" },
    "config fluents:requestTimeoutSeconds must be at most 120 seconds",
  ],
  ...["", "-1", "21", "1.5", "many", "0x5", "1e1"].map(
    (maxRetries) => [`maxRetries ${JSON.stringify(maxRetries)}`, { maxRetries }, retries] as const,
  ),
  ...["", "0", "101", "x", "9".repeat(400)].map(
    (maxConcurrency) =>
      [`maxConcurrency ${maxConcurrency.slice(0, 5)}`, { maxConcurrency }, concurrency] as const,
  ),
];

describe("the settings are refused", () => {
  it("without a key, with the command that sets it", () => {
    assert.deepEqual(read({}), { problems: [`config fluents:apiKey is missing: ${mend}`] });
  });

  for (const [title, config, problem] of problems) {
    it(`with ${title}`, () => {
      assert.deepEqual(read({ ...key, ...config }), { problems: [problem] });
    });
  }

  it("with a line for each problem, which names the variable that the value is from", () => {
    assert.deepEqual(read({ baseUrl: "x" }, { FLUENTS_API_KEY: "a b", FLUENTS_MAX_RETRIES: "x" }), {
      problems: [
        `config fluents:apiKey (from FLUENTS_API_KEY) holds a character that no API key has (space, line break, …): ${mend}`,
        httpsOnly,
        retries.replace(" must", " (from FLUENTS_MAX_RETRIES) must"),
      ],
    });
  });
});

describe("plain http", () => {
  for (const host of ["localhost:8080", "LOCALHOST", "127.0.0.1:1", "[::1]:9"]) {
    it(`is allowed to ${host}`, () => {
      assert.equal(settingsOf({ baseUrl: `http://${host}/` }).baseUrl, `http://${host}`);
      assert.ok(isLoopback(new URL(`http://${host}`)));
    });
  }
});

describe("the digest of an environment", () => {
  it("tells keys and addresses apart, and nothing else", () => {
    const digest = digestEnvironment(defaults);
    assert.equal(digestEnvironment({ ...defaults, maxRetries: 1, environmentConnectionId: "c" }), digest);
    assert.notEqual(digestEnvironment({ ...defaults, apiKey: "key-2" }), digest);
    assert.notEqual(digestEnvironment({ ...defaults, baseUrl: "https://eu.fluents.ai" }), digest);
    assert.ok(!digest.includes("key-1"));
  });
});
