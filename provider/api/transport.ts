import { AsyncLocalStorage } from "node:async_hooks";

import type { Agents, Got, RequestError as GotRequestError } from "got" with { "resolution-mode": "import" };

import { RequestError } from "../errors";
import type { JsonObject } from "../json";
import type { Redactor } from "../redact";
import type { Settings } from "../settings";
import { packageVersion } from "../version";
import { FailureFactory } from "./failure";
import { Limiter } from "./limiter";
import { createProxyAgents } from "./proxy";
import { describeRetries, type Wait } from "./retry";

/** A request to the API. */
export interface Request {
  readonly method: "GET" | "POST";
  /** Path below the base URL, e.g. `/v1/account_connections`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
  /** Whether it may be sent again when it may have been carried out already. */
  readonly isIdempotent: boolean;
}

/** A 2xx answer whose body is JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly requestId: string | undefined;
}

/** What the transport needs of the process around it. */
export interface Surroundings {
  /** Shows a warning to the user. */
  readonly warn: (message: string) => Promise<void>;
  /** Called before each attempt; does not return if nobody waits for the answer any more. */
  readonly assertWanted: () => Promise<void>;
  /** Leaves out of errors what the service says: it may quote secrets that this process does not know. Default false. */
  readonly hidesAnswers?: boolean;
  /** Writes a line of the debug log; absent where there is none. */
  readonly debug?: ((line: string) => void) | undefined;
}

/** Largest answer that is read, in bytes. */
const largestBody = 10 * 1024 * 1024;

/** Waits that are longer are told to the user, in milliseconds. */
const longestSilenceMs = 3_000;

/** Sends requests to the API: authentication, concurrency, time limits, retries, and errors without secrets. */
export class Transport {
  readonly #settings: Settings;
  readonly #redactor: Redactor;
  readonly #surroundings: Surroundings;
  readonly #limiter: Limiter;
  #tools: Promise<{ got: Got; agent: Agents | undefined }> | undefined;

  constructor(settings: Settings, redactor: Redactor, surroundings: Surroundings) {
    this.#settings = settings;
    this.#redactor = redactor;
    this.#surroundings = surroundings;
    this.#limiter = new Limiter(settings.maxConcurrency);
    redactor.add(settings.apiKey);
  }

  /**
   * Sends a request and reads its answer.
   *
   * @throws RequestError if no 2xx answer with a JSON body came
   */
  async send(request: Request): Promise<Answer> {
    return this.#limiter.run(() => this.#exchange(request));
  }

  async #exchange(request: Request): Promise<Answer> {
    const { baseUrl, apiKey, requestTimeoutMs, maxRetries } = this.#settings;
    const { assertWanted, hidesAnswers } = this.#surroundings;
    const failures = new FailureFactory(`${request.method} ${request.path}`, this.#redactor, {
      body: request.body,
      hidesAnswers,
    });
    const tooLarge = new AbortController();
    try {
      const { got, agent } = await (this.#tools ??= this.#loadTools());
      const exchange = got(`${baseUrl}${request.path}`, {
        method: request.method,
        headers: {
          accept: "application/json",
          authorization: `Bearer ${apiKey}`,
          "user-agent": `pulumi-fluents/${packageVersion}`,
        },
        ...(request.query === undefined ? {} : { searchParams: request.query }),
        ...(request.body === undefined ? {} : { json: request.body }),
        // A redirect could carry the key to another host.
        followRedirect: false,
        throwHttpErrors: false,
        signal: tooLarge.signal,
        ...(agent === undefined ? {} : { agent }),
        timeout: { request: requestTimeoutMs },
        retry: describeRetries({
          isIdempotent: request.isIdempotent,
          maxRetries,
          requestTimeoutMs,
          onWait: this.#createWaitListener(request, failures),
        }),
        hooks: {
          beforeRequest: [assertWanted, () => this.#limiter.untilOpen()],
          afterResponse: [
            (response) => {
              this.#logAnswer(request, response);
              return response;
            },
          ],
        },
      });
      void exchange.on("downloadProgress", ({ transferred }) => {
        if (transferred > largestBody) {
          tooLarge.abort();
        }
      });
      const { statusCode: status, body, headers } = await exchange;
      const requestId = readRequestId(headers);
      if (status < 200 || status > 299) {
        throw failures.fromStatus(status, body, requestId);
      }
      return { status, body: parseBody(body, failures, status, requestId), requestId };
    } catch (error) {
      if (RequestError.isInstance(error)) {
        throw error;
      }
      if (tooLarge.signal.aborted) {
        throw failures.fromBody(
          `with more than ${largestBody / 1024 / 1024} MiB, not read`,
          undefined,
          undefined,
        );
      }
      const { code = "unknown fault", message = "" } = error as Partial<GotRequestError>;
      throw failures.fromFault(code, message, baseUrl);
    }
  }

  async #loadTools(): Promise<{ got: Got; agent: Agents | undefined }> {
    const { got } = await import("got");
    return { got, agent: await createProxyAgents(this.#settings.baseUrl, this.#redactor) };
  }

  /** Slows the whole process on 429, and tells the user about long waits. */
  #createWaitListener(request: Request, failures: FailureFactory): (wait: Wait) => Promise<void> {
    // got calls back from the events of a connection that other requests use too.
    const warn = AsyncLocalStorage.bind(this.#surroundings.warn);
    let silenceMs = 0;
    return async ({ durationMs, attempt, status, fault }) => {
      failures.noteAttempt(status, fault);
      const reason = status === undefined ? `there was no answer (${fault})` : `Fluents answered ${status}`;
      this.#surroundings.debug?.(
        `${request.method} ${request.path} ${reason}, attempt ${attempt} in ${Math.round(durationMs)} ms`,
      );
      if (status === 429) {
        this.#limiter.pause(durationMs);
      }
      silenceMs += durationMs;
      if (silenceMs > longestSilenceMs) {
        silenceMs = 0;
        await warn(
          `waiting ${Math.ceil(durationMs / 1000)} s before attempt ${attempt} of ${this.#settings.maxRetries + 1}: ` +
            `${reason} to ${request.method} ${request.path}`,
        );
      }
    };
  }

  #logAnswer(
    { method, path }: Request,
    response: {
      statusCode: number;
      retryCount: number;
      headers: Headers;
      timings: { phases: { total?: number | undefined } };
    },
  ): void {
    const requestId = readRequestId(response.headers) ?? "none";
    this.#surroundings.debug?.(
      `${method} ${path} ${response.statusCode}, attempt ${response.retryCount + 1}, ` +
        `${response.timings.phases.total ?? 0} ms, request id ${requestId}`,
    );
  }
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function parseBody(
  text: string,
  failures: FailureFactory,
  status: number,
  requestId: string | undefined,
): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const problem = text.trim() === "" ? "with an empty body" : "with what is not JSON";
    throw failures.fromBody(problem, status, requestId);
  }
}

function readRequestId(headers: Headers): string | undefined {
  const value = headers["x-request-id"];
  return typeof value === "string" && /^[\w.:-]{1,100}$/.test(value) ? value : undefined;
}
