import type { RetryFunction, RetryOptions } from "got" with { "resolution-mode": "import" };

/** Longest wait before one retry, in milliseconds. */
const longestWaitMs = 60_000;

/** Longest time that one request takes with all its retries, in milliseconds. It is also how long Ctrl-C can take. */
const longestTotalMs = 180_000;

/** Answers that say that the request was not carried out. */
const refusedStatuses = [429, 503];
const transientStatuses = [408, 425, 429, 500, 502, 503, 504];

/** Faults before anything was sent. */
const unsentCodes = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"];
const transientCodes = [...unsentCodes, "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH"];

/** A wait before a retry. */
export interface Wait {
  readonly durationMs: number;
  /** Number of the attempt that comes after it; 2 is the first retry. */
  readonly attempt: number;
  /** HTTP status of the last attempt; absent if no answer came. */
  readonly status: number | undefined;
  /** Code of the fault of the last attempt. */
  readonly fault: string;
}

/** What decides on the retries of one request. */
export interface RetryRules {
  /** Whether it may be sent again when it may have been carried out already. */
  readonly isRepeatable: boolean;
  readonly maxRetries: number;
  readonly requestTimeoutMs: number;
  /** Called before each wait. */
  readonly onWait: (wait: Wait) => Promise<void>;
}

/** When and after which wait got sends a request again: full jitter, `Retry-After`, a cap on each wait and on the whole. */
export function describeRetries(rules: RetryRules): Partial<RetryOptions> {
  const { isRepeatable, maxRetries, requestTimeoutMs, onWait } = rules;
  const startedAt = performance.now();
  const calculateDelay: RetryFunction = async ({ attemptCount, computedValue, retryAfter, error }) => {
    if (computedValue === 0) {
      return 0;
    }
    const backoffMs = Math.min(1000 * 2 ** (attemptCount - 1), longestWaitMs);
    // NaN: a Retry-After that is neither seconds nor a date. got takes 0 and NaN for "do not retry".
    const askedMs = Number.isNaN(retryAfter) ? undefined : retryAfter;
    const durationMs = Math.max(1, askedMs ?? Math.random() * backoffMs);
    if (performance.now() - startedAt + durationMs + requestTimeoutMs > longestTotalMs) {
      return 0;
    }
    await onWait({
      durationMs,
      attempt: attemptCount + 1,
      status: error.response?.statusCode,
      fault: error.code,
    });
    return durationMs;
  };
  return {
    limit: maxRetries,
    methods: ["GET", "POST"],
    statusCodes: isRepeatable ? transientStatuses : refusedStatuses,
    errorCodes: isRepeatable ? transientCodes : unsentCodes,
    maxRetryAfter: longestWaitMs,
    calculateDelay,
  };
}

/** Whether a request may have been carried out although it was answered by this status. */
export function isAmbiguousStatus(status: number): boolean {
  return status === 408 || (status >= 500 && status !== 503);
}

/** Whether a request may have been carried out although this fault came instead of an answer. */
export function isAmbiguousFault(code: string): boolean {
  return !unsentCodes.includes(code) && !/CERT|ERR_TLS|ERR_SSL|EPROTO|SELF_SIGNED/.test(code);
}
