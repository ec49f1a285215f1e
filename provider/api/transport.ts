import type { Delays, Got, OptionsInit, RequestError as GotRequestError } from "got" with {
  "resolution-mode": "import",
};

import { RequestError, type ErrorCode } from "../errors";
import type { JsonObject } from "../json";
import type { Redactor } from "../redact";
import type { Settings } from "../settings";
import { packageVersion } from "../version";
import { Limiter } from "./limiter";
import { describeErrorBody } from "./wire";

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

/** Longest wait before one retry, in milliseconds. */
const longestWaitMs = 30_000;

/** Longest time that one request takes with all its retries, in milliseconds. It is also how long Ctrl-C can take. */
const longestTotalMs = 180_000;

/** Largest answer that is read, in bytes. */
const largestBody = 10 * 1024 * 1024;

/** Longest quotation of what the service said, in characters. */
const longestQuotation = 500;

/** Answers that say that the request was not carried out. */
const refusedStatuses = [429, 503];
const transientStatuses = [408, 425, 429, 500, 502, 503, 504];

/** Faults before anything was sent. */
const unsentCodes = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"];
const transientCodes = [...unsentCodes, "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH"];

/** Statuses after which it is not known whether the request was carried out. */
const ambiguousStatuses = new Set([408, 500, 502, 504]);

/** Sends requests to the API: authentication, concurrency, time limits, retries, and errors without secrets. */
export class Transport {
  readonly #settings: Settings;
  readonly #redactor: Redactor;
  readonly #limiter: Limiter;
  #got: Promise<Got> | undefined;

  constructor(settings: Settings, redactor: Redactor) {
    this.#settings = settings;
    this.#redactor = redactor;
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
    const got = await (this.#got ??= import("got").then((module) => module.got));
    const tooLarge = new AbortController();
    try {
      const exchange = got(`${this.#settings.baseUrl}${request.path}`, {
        ...this.#describeRequest(request),
        signal: tooLarge.signal,
      });
      void exchange.on("downloadProgress", ({ transferred }) => {
        if (transferred > largestBody) {
          tooLarge.abort();
        }
      });
      const response = await exchange;
      const requestId = readRequestId(response.headers);
      if (response.statusCode < 200 || response.statusCode > 299) {
        throw this.#createStatusError(request, response.statusCode, response.body, requestId);
      }
      return {
        status: response.statusCode,
        body: this.#parseBody(request, response.body, requestId),
        requestId,
      };
    } catch (error) {
      throw RequestError.isInstance(error)
        ? error
        : this.#createFaultError(request, error, tooLarge.signal.aborted);
    }
  }

  #describeRequest(
    request: Request,
  ): OptionsInit & { isStream?: false; resolveBodyOnly?: false; responseType: "text" } {
    const { apiKey, maxRetries, requestTimeoutMs } = this.#settings;
    const startedAt = performance.now();
    return {
      method: request.method,
      headers: {
        accept: "application/json",
        authorization: `Bearer ${apiKey}`,
        "user-agent": `pulumi-fluents/${packageVersion}`,
      },
      ...(request.query === undefined ? {} : { searchParams: request.query }),
      ...(request.body === undefined ? {} : { json: request.body }),
      responseType: "text",
      // A redirect could carry the key to another host.
      followRedirect: false,
      timeout: { request: requestTimeoutMs } satisfies Delays,
      retry: {
        limit: maxRetries,
        methods: ["GET", "POST"],
        statusCodes: request.isIdempotent ? transientStatuses : refusedStatuses,
        errorCodes: request.isIdempotent ? transientCodes : unsentCodes,
        calculateDelay: ({ attemptCount, computedValue, retryAfter }) => {
          if (computedValue === 0) {
            return 0;
          }
          const backoffMs = Math.min(1000 * 2 ** (attemptCount - 1), longestWaitMs);
          const waitMs = retryAfter ?? Math.max(1, Math.random() * backoffMs);
          const isInTime = performance.now() - startedAt + waitMs + requestTimeoutMs <= longestTotalMs;
          return waitMs <= longestWaitMs && isInTime ? waitMs : 0;
        },
      },
      throwHttpErrors: false,
    };
  }

  #parseBody(request: Request, text: string, requestId: string | undefined): unknown {
    try {
      return JSON.parse(text);
    } catch {
      const kind = text.trim() === "" ? "is empty" : "is not JSON";
      throw this.#createError(
        "invalid_answer",
        request,
        `Fluents answered, but the body ${kind}: is fluents:baseUrl the address of the API, with no proxy in between?`,
        { requestId, mayHaveApplied: true },
      );
    }
  }

  #createStatusError(
    request: Request,
    status: number,
    text: string,
    requestId: string | undefined,
  ): RequestError {
    const said = describeErrorBody(parseJson(text) ?? (/^\s*</.test(text) ? "an HTML page" : text));
    const quotation = said === undefined ? "" : `: ${this.#redactor.redact(said).slice(0, longestQuotation)}`;
    const [code, mend] = explainStatus(status);
    return this.#createError(code, request, `Fluents answered ${status}${quotation}${mend}`, {
      status,
      requestId,
      mayHaveApplied: ambiguousStatuses.has(status),
    });
  }

  #createFaultError(request: Request, error: unknown, isTooLarge: boolean): RequestError {
    if (isTooLarge) {
      return this.#createError(
        "invalid_answer",
        request,
        `the answer is larger than ${largestBody / 1024 / 1024} MiB and was not read`,
        { mayHaveApplied: true },
      );
    }
    const { code = "unknown fault", message = "" } = error as Partial<GotRequestError>;
    return this.#createError(
      "connection_failed",
      request,
      `no answer from ${this.#settings.baseUrl} (${code}: ${message}). Check fluents:baseUrl and the network, then run the command again`,
      { mayHaveApplied: !unsentCodes.includes(code) && !code.startsWith("ERR_TLS") && !/CERT/.test(code) },
    );
  }

  #createError(
    code: ErrorCode,
    request: Request,
    reason: string,
    failure: { status?: number; requestId?: string | undefined; mayHaveApplied: boolean },
  ): RequestError {
    const traced = failure.requestId === undefined ? "" : ` (request id ${failure.requestId})`;
    return new RequestError(
      code,
      this.#redactor.redact(`${request.method} ${request.path}: ${reason}${traced}`),
      failure,
    );
  }
}

function explainStatus(status: number): [ErrorCode, string] {
  switch (status) {
    case 401:
    case 403:
      return [
        "authentication_failed",
        ". The API key is not accepted: set it with `pulumi config set --secret fluents:apiKey`. Note that `pulumi refresh` " +
          "and `pulumi destroy` use the key that the last `pulumi up` stored; after a change of key run `pulumi up`, or " +
          "`pulumi refresh --run-program`, first",
      ];
    case 404:
      return ["not_found", ""];
    case 429:
      return ["request_failed", ". Lower fluents:maxConcurrency or run the command again later"];
    default:
      if (status >= 300 && status < 400) {
        return [
          "request_failed",
          ", a redirect, which is not followed. Set fluents:baseUrl to the address of the API itself",
        ];
      }
      return ["request_failed", status >= 500 ? ". Run the command again later" : ""];
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readRequestId(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  const value = headers["x-request-id"];
  return typeof value === "string" && /^[\w.:-]{1,100}$/.test(value) ? value : undefined;
}
