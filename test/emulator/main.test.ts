import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { parseCommandLine } from "./command-line";
import { parseFaultRule } from "./fault-syntax";

interface Run {
  child: ChildProcess;
  output: () => { stdout: string; stderr: string };
  exit: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, ["-r", "ts-node/register", join(__dirname, "main.ts"), ...args]);
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  const exit = once(child, "close").then(([code]) => ({ code: code as number | null, ...output }));
  return { child, output: () => output, exit };
}

async function waitForUrl({ child, output }: Run): Promise<string> {
  while (child.exitCode === null) {
    const url = /fluents:baseUrl (http:\S+)/.exec(output().stdout)?.[1];
    if (url !== undefined && output().stdout.includes("curl")) {
      return url;
    }
    await delay(20);
  }
  throw new Error(`The emulator ended: ${output().stderr}`);
}

describe("emulator: npm run emulator", () => {
  let emulator: Run | undefined;

  afterEach(() => {
    emulator?.child.kill("SIGKILL");
    emulator = undefined;
  });

  it("explains itself", async () => {
    emulator = run("--help");
    const { code, stdout } = await emulator.exit;

    assert.equal(code, 0);
    for (const name of [
      "port",
      "credentials",
      "objects",
      "latency-ms",
      "state-file",
      "api-key",
      "fault",
      "quiet",
    ]) {
      assert.match(stdout, new RegExp(`^ {2}--${name} `, "m"));
    }
    assert.match(stdout, /update:503x2/);
  });

  it("prints how to point a stack at it, answers, prints each request without secrets, and ends on Ctrl-C", async () => {
    emulator = run("--credentials", "masked", "--fault", "list:503");
    const url = await waitForUrl(emulator);
    const headers = { authorization: "Bearer any-key", "content-type": "application/json" };
    const created = await fetch(`${url}/v1/account_connections/create`, {
      method: "POST",
      headers,
      body: JSON.stringify({
        type: "account_connection_rime",
        credentials: { rime_api_key: "HUNTER2-0001" },
      }),
    });
    const listed = await fetch(`${url}/v1/account_connections/list`, { headers });
    const { credentials } = (await created.json()) as { credentials: unknown };
    emulator.child.kill("SIGINT");
    const { code, stdout, stderr } = await emulator.exit;

    assert.equal(created.status, 201);
    assert.deepEqual(credentials, { rime_api_key: "****0001" });
    assert.equal(listed.status, 503);
    assert.equal(code, 0);
    assert.equal(stderr, "");
    const lines = stdout.split("\n").map((line) => line.trim());
    assert.ok(lines.includes(`pulumi config set fluents:baseUrl ${url}`));
    assert.ok(lines.includes("pulumi config set --secret fluents:apiKey any-key"));
    assert.ok(lines.includes(`curl -H "Authorization: Bearer any-key" ${url}/v1/account_connections/list`));
    assert.ok(
      lines.includes(
        'POST /v1/account_connections/create {"type":"account_connection_rime","credentials":{"rime_api_key":"[hidden]"}} -> 201',
      ),
    );
    assert.ok(lines.includes("GET /v1/account_connections/list -> 503 (fault 503)"));
    assert.doesNotMatch(stdout, /HUNTER2/);
  });

  it("does not print its keys, nor requests when it is quiet", async () => {
    emulator = run("--quiet", "--api-key", "HUNTER2");
    const url = await waitForUrl(emulator);
    const response = await fetch(`${url}/v1/account_connections/list`, {
      headers: { authorization: "Bearer HUNTER2" },
    });
    emulator.child.kill("SIGTERM");
    const { code, stdout } = await emulator.exit;

    assert.equal(response.status, 200);
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /HUNTER2|->/);
  });

  for (const args of [["--nope"], ["stray"], ["--fault", "update:sometimes"]]) {
    it(`exits with 2 on ${args.join(" ")}`, async () => {
      emulator = run(...args);
      const { code, stdout, stderr } = await emulator.exit;

      assert.equal(code, 2);
      assert.equal(stdout, "");
      assert.match(stderr, /--help$/m);
      assert.doesNotMatch(stderr, /^\s+at /m);
    });
  }

  it("exits with 1 if the port is taken", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    emulator = run("--port", String((holder.address() as AddressInfo).port));
    const { code, stderr } = await emulator.exit;
    holder.close();

    assert.equal(code, 1);
    assert.match(stderr, /could not start: .*EADDRINUSE.*\nGive another --port/);
  });

  describe("options", () => {
    it("have defaults", () => {
      assert.deepEqual(parseCommandLine([]), {
        help: false,
        quiet: false,
        options: { port: 0, credentials: "clear", objects: "replace", latencyMs: 0, faults: [] },
      });
    });

    it("become the emulator's", () => {
      const args =
        "--port 8080 --credentials missing --objects merge --latency-ms 50 --state-file s.json --api-key a --api-key b --fault get:404";
      const fault = { kind: "status", status: 404 };

      assert.deepEqual(parseCommandLine(args.split(" ")).options, {
        port: 8080,
        credentials: "missing",
        objects: "merge",
        latencyMs: 50,
        stateFile: "s.json",
        apiKeys: ["a", "b"],
        faults: [{ name: "404", path: "get", times: 1, fault }],
      });
    });

    for (const args of [
      ["--port", "65536"],
      ["--port", "-1"],
      ["--port", "http"],
      ["--latency-ms", "1.5"],
      ["--latency-ms", ""],
      ["--credentials", "hidden"],
      ["--objects", "Merge"],
      ["--state-file", ""],
      ["--api-key", ""],
      ["--api-key", "two words"],
    ]) {
      it(`refuse ${args.join(" ")}`, () => {
        assert.throws(() => parseCommandLine([`${args[0] ?? ""}=${args[1] ?? ""}`]), {
          message: new RegExp(`^${args[0] ?? ""} takes `),
        });
      });
    }
  });

  describe("faults", () => {
    const status = (code: number, retryAfter?: number) => ({
      kind: "status",
      status: code,
      ...(retryAfter !== undefined && { retryAfter }),
    });

    for (const [text, rule] of [
      ["update:503x2", { name: "503", path: "update", times: 2, fault: status(503) }],
      ["any:429-retry-5xall", { name: "429-retry-5", times: Infinity, fault: status(429, 5) }],
      [
        "create:reset-after",
        { name: "reset-after", path: "create", times: 1, fault: { kind: "reset", applied: true } },
      ],
      [
        "get:hang-before",
        { name: "hang-before", path: "get", times: 1, fault: { kind: "hang", applied: false } },
      ],
      [
        "list:cut-off-afterx3",
        { name: "cut-off-after", path: "list", times: 3, fault: { kind: "cutOff", applied: true } },
      ],
      ["list:html", { name: "html", path: "list", times: 1, fault: { kind: "html" } }],
      ["any:empty", { name: "empty", times: 1, fault: { kind: "empty" } }],
      ["any:invalid-json", { name: "invalid-json", times: 1, fault: { kind: "invalidJson" } }],
    ] as const) {
      it(`understand ${text}`, () => {
        assert.deepEqual(parseFaultRule(text), rule);
      });
    }

    for (const text of [
      "",
      "503",
      "delete:503",
      "get:",
      "get:200",
      "get:600",
      "get:503x0",
      "get:503x",
      "get:toString",
    ]) {
      it(`refuse '${text}', and say what is understood`, () => {
        assert.throws(() => parseFaultRule(text), /is not a fault\.\nA fault is ENDPOINT:WHAT/);
      });
    }
  });
});
