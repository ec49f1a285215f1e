import assert from "node:assert/strict";

import type { Fault } from "../emulator/faults";
import {
  argsOf,
  commandsOf,
  idOf,
  startProject,
  runDoctor,
  runMend,
  theProblem,
  titlesOf,
} from "../helpers/doctor";
import {
  programOfMany,
  readWarnings,
  restoreBeforeEachTest,
  testApiKey,
  type TestStack,
} from "../helpers/stack";

const otherKey = "key-of-another-environment";

describe("the doctor's view of the configuration and of Fluents", function () {
  this.timeout("10 min");

  /** Manages the connection `a`. Its service accepts the keys of two environments. */
  let stack: TestStack;

  before(async () => {
    stack = await startProject({ emulator: { apiKeys: [testApiKey, otherKey] } });
    await stack.up();
  });
  restoreBeforeEachTest(() => stack);

  /** Runs the first command of the only problem's mend, after which nothing is wrong. */
  async function mendProblem(input = "", more = ""): Promise<void> {
    const [command = ""] = commandsOf(theProblem(await runDoctor(stack)));
    await runMend(stack, command + more, input);
    assert.deepEqual(titlesOf(await runDoctor(stack), "problem"), []);
  }

  it("names the source of each setting, and the stack's before the environment's", async () => {
    const variables = {
      FLUENTS_API_KEY: "another-key",
      FLUENTS_API_URL: stack.emulator.url,
      FLUENTS_MAX_RETRIES: "2",
    };
    const both = await runDoctor(stack, { env: { ...stack.env, ...variables } });
    assert.ok(titlesOf(both, "ok").includes("fluents:apiKey (stack configuration of dev)"));
    assert.ok(titlesOf(both, "ok").includes("fluents:maxRetries (environment variable FLUENTS_MAX_RETRIES)"));
    const notes = both.findings.filter(({ level }) => level === "notice");
    assert.deepEqual(
      notes.map(({ title, mend }) => [title, mend]),
      [["FLUENTS_API_KEY is not what fluents:apiKey of dev is, which counts", "`unset FLUENTS_API_KEY`"]],
    );

    await stack.pulumi(["config", "rm", "fluents:apiKey"]);
    variables.FLUENTS_API_KEY = testApiKey;
    const variable = await runDoctor(stack, { env: { ...stack.env, ...variables } });
    assert.ok(titlesOf(variable, "ok").includes("fluents:apiKey (environment variable FLUENTS_API_KEY)"));
    assert.deepEqual(titlesOf(variable, "problem"), []);
  });

  it("finds a missing key and one in clear, whose mends set a secret", async () => {
    await stack.pulumi(["config", "rm", "fluents:apiKey"]);
    const missing = await runDoctor(stack);
    assert.equal(theProblem(missing).title, "config fluents:apiKey is missing");
    assert.ok(
      titlesOf(missing, "skipped").includes(
        "service: skipped, for what is wrong with the configuration above",
      ),
    );
    await mendProblem(testApiKey);

    await stack.setConfig("fluents:apiKey", testApiKey);
    assert.equal(
      theProblem(await runDoctor(stack)).title,
      "fluents:apiKey stands in clear in the stack configuration of dev",
    );
    stack.write(`${programOfMany({ a: argsOf("a"), b: argsOf("b") })}fluents.getAccountConnections();\n`);
    const plain = await stack.preview();
    const [warned = "", ...others] = readWarnings(plain.output);
    assert.match(
      warned,
      /^fluents:apiKey is set without --secret: .*, run `pulumi up`, and revoke the old one$/,
    );
    assert.deepEqual(others, []);
    assert.ok(!plain.output.includes(testApiKey));
    await mendProblem(testApiKey);
    assert.deepEqual(readWarnings((await stack.preview()).output), []);
    assert.match((await stack.pulumi(["config"])).stdout, /fluents:apiKey +\[secret\]/);
  });

  it("finds settings that are not valid, whose mends go back to the default", async () => {
    await stack.setConfig("fluents:maxRetries", "many");
    assert.match(
      theProblem(await runDoctor(stack)).title,
      /^config fluents:maxRetries must be a whole number/,
    );
    await mendProblem();

    stack.env.FLUENTS_REQUEST_TIMEOUT_SECONDS = "soon";
    const { title, mend } = theProblem(await runDoctor(stack));
    assert.match(
      title,
      /^config fluents:requestTimeoutSeconds \(from FLUENTS_REQUEST_TIMEOUT_SECONDS\) must be a number/,
    );
    assert.match(mend ?? "", /^`unset FLUENTS_REQUEST_TIMEOUT_SECONDS` for the default/);
    delete stack.env.FLUENTS_REQUEST_TIMEOUT_SECONDS;

    await stack.setConfig("fluents:baseUrl", "https://user:password-in-url@localhost");
    const refused = await runDoctor(stack);
    assert.match(
      theProblem(refused).title,
      /^config fluents:baseUrl must be an address that begins with https:/,
    );
    assert.doesNotMatch(refused.output, /password-in-url/);
  });

  it("finds a key that is not accepted, whose mend sets another", async () => {
    await stack.setConfig("fluents:apiKey", "wrong-key-1", true);
    const wrong = await runDoctor(stack);
    assert.equal(theProblem(wrong).title, "Fluents does not accept the API key (status 401)");
    assert.equal(wrong.requests.length, 1);
    await mendProblem(testApiKey);

    await stack.pulumi(["config", "rm", "fluents:apiKey"]);
    stack.env.FLUENTS_API_KEY = "wrong-key-1";
    const [ask = ""] = commandsOf(theProblem(await runDoctor(stack)));
    await runMend(stack, `${ask}; [ "$FLUENTS_API_KEY" = ${testApiKey} ]`, `${testApiKey}\n`);
  });

  it("tells why there is no answer, or not the API's", async () => {
    const answers: readonly (readonly [Fault, RegExp])[] = [
      [{ kind: "status", status: 403 }, /^Fluents does not accept the API key \(status 403\)$/],
      [{ kind: "status", status: 429 }, /^Fluents answers 429$/],
      [{ kind: "status", status: 500 }, /^Fluents answers 500$/],
      [{ kind: "html", status: 404 }, /^what answers at .* is not the Fluents API \(status 404\)$/],
      [{ kind: "redirect", location: "https://localhost" }, /is not the Fluents API \(status 302\)$/],
      [{ kind: "html", status: 200 }, /is not the Fluents API \(status 200\)$/],
      [{ kind: "reset", applied: false }, /^no answer from .*: the connection failed$/],
      [{ kind: "hang", applied: false }, /^no answer from .*: it took too long$/],
    ];
    for (const [fault, title] of answers) {
      stack.emulator.setFaults([{ path: "list", times: Infinity, fault }]);
      const env = fault.kind === "hang" ? { FLUENTS_REQUEST_TIMEOUT_SECONDS: "0.3" } : {};
      const found = theProblem(await runDoctor(stack, { env: { ...stack.env, ...env } }));
      assert.match(found.title, title);
      assert.ok(found.mend);
    }
    stack.emulator.setFaults([]);

    for (const [address, title] of [
      ["http://127.0.0.1:1", /: nothing listens there$/],
      ["https://fluents.invalid", /: fluents\.invalid is not known$/],
    ] as const) {
      await stack.setConfig("fluents:baseUrl", address);
      const found = theProblem(await runDoctor(stack));
      assert.match(found.title, title);
      const change = commandsOf(found).find((command) => command.startsWith("pulumi config rm"));
      await runMend(stack, change ?? "");
      stack.env.FLUENTS_API_URL = stack.emulator.url;
      assert.deepEqual(titlesOf(await runDoctor(stack), "problem"), []);
      delete stack.env.FLUENTS_API_URL;
    }
  });

  it("finds the key of another environment before it takes connections for gone", async () => {
    await stack.setConfig("fluents:environmentConnectionId", idOf(stack, "a"));
    const right = await runDoctor(stack);
    assert.ok(titlesOf(right, "ok").includes("the API key sees fluents:environmentConnectionId"));
    await stack.setConfig("fluents:apiKey", otherKey, true);
    const other = await runDoctor(stack);
    const { title, mend } = theProblem(other);
    assert.match(title, /^the API key does not see connection .* of fluents:environment/);
    assert.match(
      mend ?? "",
      /`pulumi config rm fluents:environmentConnectionId --stack dev` to check none, or/,
    );
    assert.ok(
      titlesOf(other, "skipped").includes(
        "connections: skipped, for what is wrong with the environment above",
      ),
    );
    await mendProblem(testApiKey);
  });

  it("finds connections that are gone, whose mend brings them back", async () => {
    stack.write(programOfMany({ a: argsOf("a"), b: argsOf("b") }));
    await stack.up();
    const [gone, kept] = [idOf(stack, "a"), idOf(stack, "b")];
    stack.service.remove(gone);
    const found = theProblem(await runDoctor(stack));
    assert.equal(found.title, "connections of the state that are gone at Fluents: 1");
    assert.equal(found.detail, `${gone} (resource "a")`);
    const [refresh = "", up = ""] = commandsOf(found);
    await runMend(stack, `${refresh} --yes --skip-preview && ${up} --yes --skip-preview`);
    assert.deepEqual(titlesOf(await runDoctor(stack), "problem"), []);
    assert.equal(idOf(stack, "b"), kept);
  });

  it("asks for each connection that the list lacks before it calls it gone", async () => {
    stack.emulator.setFaults([
      { path: "list", fault: { kind: "override", fields: { items: [], total: 0 } } },
    ]);
    const cautious = await runDoctor(stack);
    assert.deepEqual(titlesOf(cautious, "problem"), []);
    assert.deepEqual(
      cautious.requests.map(({ method, query }) => [method, query.id]),
      [
        ["GET", undefined],
        ["GET", idOf(stack, "a")],
      ],
    );
  });

  it("finds a lookup whose connection is gone, and none managed that is only looked up", async () => {
    const { id } = stack.service.add({ type: "account_connection_rime", label: "theirs", credentials: {} });
    const program = (lookup: string) =>
      `const fluents = require("pulumi-fluents");\nnew fluents.AccountConnection("a", ${argsOf("a")});\n${lookup}`;
    stack.write(program(`fluents.AccountConnection.get("theirs", "${id}");`));
    await stack.up();
    assert.deepEqual(titlesOf(await runDoctor(stack), "notice"), []);
    stack.service.remove(id);
    const found = theProblem(await runDoctor(stack));
    assert.equal(
      found.title,
      `connection ${id}, which AccountConnection.get("theirs", …) reads, is gone at Fluents`,
    );
    stack.write(program(""));
    await mendProblem("", " --yes --skip-preview");
  });

  it("notes connections that no resource manages, by id and type", async () => {
    for (let number = 0; number < 12; number += 1) {
      stack.service.add({ type: "account_connection_rime", label: `theirs-${number}`, credentials: {} });
    }
    const found = await runDoctor(stack);
    assert.equal(found.code, 0);
    const [note] = found.findings.filter(({ level }) => level === "notice");
    assert.equal(note?.title, "connections at Fluents that no resource of dev manages: 12");
    assert.equal(note.mend, "to manage them here: `npx pulumi-fluents adopt --stack dev`");
    const lines = note.detail?.split("\n") ?? [];
    assert.equal(lines.length, 11);
    assert.match(lines[0] ?? "", /^[0-9a-f-]{36} \(account_connection_rime\)$/);
    assert.equal(lines[10], "and 2 more");
    assert.doesNotMatch(found.output, /theirs/);
  });

  it("says which proxy is used", async () => {
    stack.env.FLUENTS_MAX_RETRIES = "0";
    await stack.setConfig("fluents:baseUrl", "https://fluents.invalid");
    const proxied = (HTTPS_PROXY: string) =>
      runDoctor(stack, { env: { ...stack.env, HTTPS_PROXY, NO_PROXY: "" } });
    const refused = await proxied("http://user:proxy-password@127.0.0.1:1");
    assert.deepEqual(titlesOf(refused, "notice"), [
      "`pulumi refresh` and `pulumi destroy` have another fluents:baseUrl: that of the last `pulumi up`",
      "requests go through the proxy 127.0.0.1:1",
    ]);
    assert.doesNotMatch(refused.output, /proxy-password/);
    const [wrong] = titlesOf(await proxied("http://[nonsense"), "problem");
    assert.equal(
      wrong,
      "the proxy in HTTPS_PROXY or ALL_PROXY is not of the form http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, " +
        "with %25 for a % in the password",
    );
  });
});
