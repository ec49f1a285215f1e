import { setTimeout as sleep } from "node:timers/promises";

import type { Agents, Got, RequestError as GotRequestError, Response } from "got" with {
  "resolution-mode": "import",
};

import type { JsonObject } from "../json";
import type { Redactor } from "../redact";
import type { Settings } from "../settings";
import { packageVersion } from "../version";
import { Limiter } from "./limiter";
import { createProxyAgents, readProxyRefusal } from "./proxy";
import { RetryPlan, type Wait } from "./retry";

/** What a client needs of the process around it. */
export interface Surroundings {
  /**
   * Shows a warning to the user.
   *
   * @param urn URN of the resource that it is about, if it is about one
   */
  readonly warn: (message: string, urn?: string) => Promise<void>;
  /** Called before each attempt; does not return if nobody waits for the answer any more. */
  readonly assertWanted: () => Promise<void>;
  /** Leaves out of errors what the service says: it may quote secrets that this process does not know. Default false. */
  readonly hidesAnswers?: boolean;
  /** Writes a line of the debug log; absent where there is none. */
  readonly debug?: ((line: string) => void) | undefined;
}

/** A service that requests go to. */
export interface Service {
  /** Name for messages. */
  readonly name: string;
  /** Address, without a slash at the end. */
  readonly baseUrl: string;
}

/** A request to a service. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  /** Path below the base URL, e.g. `/v1/account_connections`. It is written in messages. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** Value of the header `authorization`. Secret. */
  readonly authorization: string;
  /** A POST needs one: without it got's stream waits for a body to be written. */
  readonly body?: JsonObject | undefined;
  /** Whether it may be sent again when it may have been carried out already. */
  readonly isRepeatable: boolean;
  /** URN of the resource that it is sent for, if it is for one: what the user is told of it names that. */
  readonly urn?: string | undefined;
}

/** An answer, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly requestId: string | undefined;
  /** The header `retry-after`, as it came. */
  readonly retryAfter: string | undefined;
  /** The header `date`, as it came. */
  readonly date: string | undefined;
}

/** No answer came, or one that is too large to be read. */
export class HttpFault extends Error {
  /**
   * @param code of the fault, e.g. `ECONNRESET`
   * @param isTooLarge there was an answer
   */
  constructor(
    readonly code: string,
    message: string,
    readonly isTooLarge = false,
  ) {
    super(message);
  }
}

/** Largest answer that is read, in bytes. */
const largestBody = 10 * 1024 * 1024;

/** Waits that are longer are told to the user, in milliseconds. */
const longestSilenceMs = 3_000;

/** Sends requests to one service: concurrency, time limits, retries, proxies. */
export class HttpClient {
  readonly #limiter: Limiter;
  #tools: Promise<{ got: Got; agent: Agents | undefined }> | undefined;

  constructor(
    private readonly service: Service,
    private readonly settings: Pick<Settings, "requestTimeoutMs" | "maxRetries" | "maxConcurrency">,
    private readonly redactor: Redactor,
    private readonly surroundings: Surroundings,
  ) {
    this.#limiter = new Limiter(settings.maxConcurrency);
  }

  /**
   * Sends a request and reads its answer.
   *
   * @param onRetry called before the request is sent again
   * @throws HttpFault if none came
   */
  async send(request: HttpRequest, onRetry: (wait: Wait) => void = () => undefined): Promise<HttpAnswer> {
    return this.#limiter.run(() => this.#exchange(request, onRetry));
  }

  async #exchange(request: HttpRequest, onRetry: (wait: Wait) => void): Promise<HttpAnswer> {
    const plan = new RetryPlan(request.isRepeatable, this.settings);
    let silenceMs = 0;
    for (let attempt = 1; ; attempt += 1) {
      await this.#limiter.untilOpen();
      await this.surroundings.assertWanted();
      const outcome = await this.#attempt(request, attempt);
      const wait = plan.next(outcome, attempt);
      if (wait === undefined) {
        if (outcome instanceof HttpFault) {
          throw outcome;
        }
        return outcome;
      }
      onRetry(wait);
      silenceMs = await this.#announce(wait, request, silenceMs + wait.durationMs);
      await sleep(wait.durationMs);
    }
  }

  /** Sends a request once. */
  async #attempt(request: HttpRequest, attempt: number): Promise<HttpAnswer | HttpFault> {
    const startedAt = performance.now();
    try {
      const answer = await this.#receive(request);
      this.surroundings.debug?.(
        `${request.method} ${request.path} ${answer.status}, attempt ${attempt}, ` +
          `${Math.round(performance.now() - startedAt)} ms, request id ${answer.requestId ?? "none"}`,
      );
      return answer;
    } catch (error) {
      if (error instanceof HttpFault) {
        return error;
      }
      const { code = "unknown fault", message = "" } = error as Partial<GotRequestError>;
      const refusal = readProxyRefusal(message);
      return refusal === undefined
        ? new HttpFault(code, message)
        : new HttpFault(`EPROXY${refusal}`, `the proxy answered ${refusal}`);
    }
  }

  /**
   * By got's stream, not by its promise: that has functions as properties, which V8 allocates in the old generation, and
   * through them the whole request stays in memory until a full collection.
   */
  async #receive(request: HttpRequest): Promise<HttpAnswer> {
    const { got, agent } = await (this.#tools ??= this.#loadTools());
    const stream = got.stream(`${this.service.baseUrl}${request.path}`, {
      method: request.method,
      headers: {
        accept: "application/json",
        authorization: request.authorization,
        "user-agent": `pulumi-fluents/${packageVersion}`,
      },
      ...(request.query === undefined ? {} : { searchParams: request.query }),
      ...(request.body === undefined ? {} : { json: request.body }),
      // A redirect could carry the key to another host.
      followRedirect: false,
      throwHttpErrors: false,
      ...(agent === undefined ? {} : { agent }),
      timeout: { request: this.settings.requestTimeoutMs },
      retry: { limit: 0 },
      hooks: { beforeRequest: [dropCacheOptions] },
    });
    const response = new Promise<Response>((resolve) => stream.once("response", resolve));
    try {
      const body = await readBody(stream);
      const { statusCode: status, headers } = await response;
      return {
        status,
        body,
        requestId: readRequestId(headers),
        retryAfter: headers["retry-after"],
        date: headers.date,
      };
    } finally {
      stream.destroy();
    }
  }

  async #loadTools(): Promise<{ got: Got; agent: Agents | undefined }> {
    const { got } = await import("got");
    return { got, agent: await createProxyAgents(this.service.baseUrl, this.redactor) };
  }

  /**
   * Slows all requests to the service on 429, and tells the user about long waits.
   *
   * @param silenceMs how long the request has waited since the user was last told, this wait included
   * @returns what of it is still untold
   */
  async #announce(wait: Wait, { method, path, urn }: HttpRequest, silenceMs: number): Promise<number> {
    const { durationMs, attempt, status, fault } = wait;
    const reason =
      status === undefined ? `there was no answer (${fault})` : `${this.service.name} answered ${status}`;
    this.surroundings.debug?.(
      `${method} ${path} ${reason}, attempt ${attempt} in ${Math.round(durationMs)} ms`,
    );
    if (status === 429) {
      this.#limiter.pause(durationMs);
    }
    if (silenceMs <= longestSilenceMs) {
      return silenceMs;
    }
    await this.surroundings.warn(
      `waiting ${Math.ceil(durationMs / 1000)} s before attempt ${attempt} of ${this.settings.maxRetries + 1}: ` +
        `${reason} to ${method} ${path}`,
      urn,
    );
    return 0;
  }
}

async function readBody(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > largestBody) {
      throw new HttpFault("too_large", `more than ${largestBody / 1024 / 1024} MiB`, true);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/**
 * Empties got's options for a cache that is not used. Node.js 20 makes new hidden classes whenever got copies them into a
 * request's options: 17 kB for each request, in the old generation, which only a full collection frees.
 */
function dropCacheOptions(options: { cacheOptions: object }): void {
  options.cacheOptions = {};
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function readRequestId(headers: Headers): string | undefined {
  const value = headers["x-request-id"];
  return typeof value === "string" && /^[\w.:-]{1,100}$/.test(value) ? value : undefined;
}
