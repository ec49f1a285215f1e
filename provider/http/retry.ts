/** Longest wait before one retry, in milliseconds. */
const longestWaitMs = 60_000;

/** Longest time that one request takes with all its retries, in milliseconds. It is also how long Ctrl-C can take. */
const longestTotalMs = 180_000;

/** Answers that say that the request was not carried out. */
const refusedStatuses = [429, 503];
const transientStatuses = [408, 425, 429, 500, 502, 503, 504];

/** Faults before anything was sent. */
const unsentCodes = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EPROXY502", "EPROXY503", "EPROXY504"];
const transientCodes = [...unsentCodes, "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH"];

/** A wait before a retry. */
export interface Wait {
  readonly durationMs: number;
  /** Number of the attempt that comes after it; 2 is the first retry. */
  readonly attempt: number;
  /** HTTP status of the last attempt; absent if no answer came. */
  readonly status: number | undefined;
  /** Code of the fault of the last attempt; empty if an answer came. */
  readonly fault: string;
}

/** What an attempt came to: an answer, or the fault that came instead of one. */
export type Outcome =
  | { readonly status: number; readonly retryAfter: string | undefined; readonly date: string | undefined }
  | { readonly code: string };

/** When and after which wait one request is sent again: full jitter, `Retry-After`, a cap on each wait and on the whole. */
export class RetryPlan {
  readonly #startedAt = performance.now();

  /** @param isRepeatable whether it may be sent again when it may have been carried out already */
  constructor(
    private readonly isRepeatable: boolean,
    private readonly settings: { readonly maxRetries: number; readonly requestTimeoutMs: number },
  ) {}

  /** The wait after an attempt, the first of which is 1; `undefined` if it shall be the last. */
  next(outcome: Outcome, attempt: number): Wait | undefined {
    if (attempt > this.settings.maxRetries || !this.#isTransient(outcome)) {
      return undefined;
    }
    const askedMs = "status" in outcome ? readRetryAfter(outcome) : 0;
    const backoffMs = Math.min(1000 * 2 ** (attempt - 1), longestWaitMs);
    const durationMs = Math.max(askedMs, Math.random() * backoffMs);
    const totalMs = performance.now() - this.#startedAt + durationMs + this.settings.requestTimeoutMs;
    if (durationMs > longestWaitMs || totalMs > longestTotalMs) {
      return undefined;
    }
    return {
      durationMs,
      attempt: attempt + 1,
      ...("status" in outcome
        ? { status: outcome.status, fault: "" }
        : { status: undefined, fault: outcome.code }),
    };
  }

  #isTransient(outcome: Outcome): boolean {
    return "status" in outcome
      ? (this.isRepeatable ? transientStatuses : refusedStatuses).includes(outcome.status)
      : (this.isRepeatable ? transientCodes : unsentCodes).includes(outcome.code);
  }
}

/** Milliseconds that a `Retry-After` asks for, in seconds or as a date by the service's own clock; 0 if it is neither. */
function readRetryAfter({ retryAfter = "", date = "" }: Exclude<Outcome, { code: string }>): number {
  const seconds = Number(retryAfter);
  const now = Date.parse(date) || Date.now();
  const durationMs = Number.isNaN(seconds) ? Date.parse(retryAfter) - now : seconds * 1000;
  return Number.isNaN(durationMs) ? 0 : durationMs;
}

/** Whether a request may have been carried out although it was answered by this status. */
export function isAmbiguousStatus(status: number): boolean {
  return status === 408 || (status >= 500 && status !== 503);
}

/** Faults of the handshake, before which nothing is sent. What else OpenSSL says may have come later. */
const handshakePattern =
  /CERT|SIGNATURE|SELF_SIGNED|ERR_TLS|EPROTO|^ERR_SSL_\w*(HANDSHAKE|PROTOCOL|CIPHER|UNKNOWN_CA)/;

/** Whether a request may have been carried out although this fault came instead of an answer. */
export function isAmbiguousFault(code: string): boolean {
  const isUnsent = handshakePattern.test(code) || /ERR_INVALID|EPROXY/.test(code);
  return !isUnsent && !unsentCodes.includes(code);
}
