import assert from "node:assert/strict";

import { Client } from "../../provider/api/client";
import { Transport } from "../../provider/api/transport";
import { RequestError } from "../../provider/errors";
import { Redactor } from "../../provider/redact";
import type { Settings } from "../../provider/settings";

/** API key of the callers under test. Secret. */
export const callerApiKey = "fluents-key-HUNTER2-caller";

/** A credential that every caller has told its redactor. */
export const knownSecret = 'HUNTER2 "known"/+';

/** A client over a transport, and what they told the user. */
export interface Caller {
  readonly client: Client;
  readonly transport: Transport;
  readonly warnings: readonly string[];
  readonly debugLines: readonly string[];
}

/**
 * Makes a caller of the service at `baseUrl`.
 *
 * @param onAttempt called where it asks whether somebody still waits for the answer
 */
export function createCaller(
  baseUrl: string,
  changes: Partial<Settings> = {},
  onAttempt: () => void = () => undefined,
): Caller {
  const settings: Settings = {
    apiKey: callerApiKey,
    baseUrl,
    environmentConnectionId: undefined,
    requestTimeoutMs: 5_000,
    maxRetries: 2,
    maxConcurrency: 10,
    twilioUrl: "http://127.0.0.1:1",
    openaiUrl: "http://127.0.0.1:1",
    ...changes,
  };
  const redactor = new Redactor();
  redactor.add(knownSecret);
  const warnings: string[] = [];
  const debugLines: string[] = [];
  const transport = new Transport(settings, redactor, {
    warn: (message) => {
      warnings.push(message);
      return Promise.resolve();
    },
    assertWanted: () => {
      onAttempt();
      return Promise.resolve();
    },
    debug: (line) => debugLines.push(line),
  });
  return { client: new Client(transport, settings), transport, warnings, debugLines };
}

/** The error of a request, which holds no secret and nothing of the HTTP library. */
export async function requestErrorOf(request: Promise<unknown>): Promise<RequestError> {
  const error = await request.then(
    () => assert.fail("the request did not fail"),
    (reason: unknown) => reason,
  );
  assert.ok(RequestError.isInstance(error), String(error));
  for (const text of [error.message, error.stack ?? "", JSON.stringify(error)]) {
    assert.ok(!text.includes("HUNTER2"), text);
  }
  assert.equal(error.cause, undefined);
  assert.equal(typeof error.code, "string");
  return error;
}

/** Takes the jitter out of the waits before retries, for the tests of a `describe`. */
export function useNoJitter(): void {
  const { random } = Math;
  before(() => {
    Math.random = () => 0;
  });
  after(() => {
    Math.random = random;
  });
}
