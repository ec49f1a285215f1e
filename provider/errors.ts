/** Stable codes of the errors that this package throws. */
export type ErrorCode =
  | "ambiguous_create"
  | "authentication_failed"
  | "connection_failed"
  | "credentials_refused"
  | "duplicate_connection"
  | "file_exists"
  | "file_not_written"
  | "half_done"
  | "internal"
  | "invalid_answer"
  | "invalid_arguments"
  | "invalid_configuration"
  | "no_stack"
  | "not_found"
  | "not_scrubbed"
  | "pulumi_failed"
  | "request_failed"
  | "state_damaged"
  | "state_too_new"
  | "type_mismatch"
  | "unsupported_node"
  | "verification_failed"
  | "wrong_environment";

const brand = "__pulumiFluentsError";

/** An error of this package. Its message says what failed, why, and what to do; it never holds a secret. */
export class FluentsError extends Error {
  readonly [brand] = true;
  /** Stable code, see {@link ErrorCode}. A string: gRPC would take an integer for a status. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = "FluentsError";
    this.code = code;
  }

  /** Whether `value` is a FluentsError, of this copy of the package or another. */
  static isInstance(value: unknown): value is FluentsError {
    return typeof value === "object" && value !== null && brand in value;
  }
}

/** What is known of a failed request. */
export interface RequestFailure {
  /** HTTP status; absent if no answer came. */
  readonly status?: number | undefined;
  /** What happened instead of an answer, e.g. `ECONNREFUSED`; absent if an answer came. */
  readonly fault?: string | undefined;
  /** Whether the service may have carried out the request although no valid answer says so. */
  readonly mayHaveApplied: boolean;
}

/** What went wrong with a request, and what to do about it. */
export interface RequestProblem {
  readonly reason: string;
  /** Absent where the reason says it all. */
  readonly mend?: string | undefined;
}

/** A request to Fluents failed, or its answer is not what the API promises. */
export class RequestError extends FluentsError implements RequestFailure {
  readonly status: number | undefined;
  readonly fault: string | undefined;
  readonly mayHaveApplied: boolean;
  /** The message without what to do: where it depends on more than the request. */
  readonly reason: string;

  constructor(code: ErrorCode, { reason, mend }: RequestProblem, failure: RequestFailure) {
    super(code, mend === undefined ? reason : `${reason}. ${mend}`);
    this.reason = reason;
    this.status = failure.status;
    this.fault = failure.fault;
    this.mayHaveApplied = failure.mayHaveApplied;
  }

  /** Whether `value` is a RequestError. */
  static override isInstance(value: unknown): value is RequestError {
    return FluentsError.isInstance(value) && "mayHaveApplied" in value;
  }
}

/**
 * A create or update that is not confirmed. Pulumi keeps `properties` in the state and prints the reasons; the next
 * `pulumi up` repairs it.
 */
export class HalfDoneError extends FluentsError {
  readonly reasons: string[];

  /**
   * @param id id of the connection
   * @param properties outputs to keep: what is confirmed, and the pending marker
   */
  constructor(
    message: string,
    readonly id: string,
    readonly properties: Record<string, unknown>,
  ) {
    super("half_done", message);
    this.reasons = [message];
  }
}

/** A message as the user reads it: its code is what to look for in the troubleshooting guide. */
export function appendCode(message: string, code: ErrorCode): string {
  return `${message} (code: ${code})`;
}

/** What a user reads of anything that was thrown. */
export function explainError(error: unknown): string {
  return FluentsError.isInstance(error)
    ? appendCode(error.message, error.code)
    : appendCode(describeUnexpected(error), "internal");
}

/** The message of an error that nobody foresaw. */
export function describeUnexpected(error: unknown): string {
  return `pulumi-fluents failed unexpectedly, please report it: ${describeError(error)}`;
}

/** The message of anything that was thrown. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** {@link describeError}, without what to do about a request that failed. */
export function describeReason(error: unknown): string {
  return RequestError.isInstance(error) ? error.reason : describeError(error);
}

/** The request id of an answer as it stands in a message; empty where there is none. */
export function traceRequest(requestId: string | undefined): string {
  return requestId === undefined ? "" : ` (request id ${requestId})`;
}
