import {
  RequestError,
  traceRequest,
  type ErrorCode,
  type RequestFailure,
  type RequestProblem,
} from "../errors";
import { isJsonObject, parseJson, type JsonObject } from "../json";
import { Redactor } from "../redact";
import { isAmbiguousFault, isAmbiguousStatus } from "../http/retry";
import { describeErrorBody } from "./wire";

/** Longest quotation of what the service said, in characters. */
const longestQuotation = 500;

const checkAddress =
  "Is fluents:baseUrl the address of the API, with nothing in between that answers for it?";

/** Makes the errors of one request: what failed, why, what to do, and no secret. */
export class FailureFactory {
  /** An earlier attempt may have been carried out, whatever became of the last one. */
  #mayHaveApplied = false;

  /**
   * @param request method and path, for messages
   * @param redactor takes out what the service quotes of our secrets
   * @param quoting `body`: what is sent: a program may hold any argument for a secret, and handlers are not told which;
   * `hidesAnswers`: nothing that the service says is quoted
   */
  constructor(
    private readonly request: string,
    private readonly redactor: Redactor,
    private readonly quoting: {
      readonly body?: JsonObject | undefined;
      readonly hidesAnswers?: boolean | undefined;
    },
  ) {}

  /** Takes note of an attempt that failed before the last one. */
  noteAttempt(status: number | undefined, fault: string): void {
    this.#mayHaveApplied ||= status === undefined ? isAmbiguousFault(fault) : isAmbiguousStatus(status);
  }

  /** An answer that is no success. */
  fromStatus(status: number, body: string, requestId: string | undefined): RequestError {
    const parsed = parseJson(body);
    const said = describeErrorBody(parsed ?? (/^\s*</.test(body) ? "an HTML page" : body));
    const quotation =
      said === undefined || this.quoting.hidesAnswers === true ? "" : `: ${this.#quote(said)}`;
    // Gateways have a 404 of their own, a page, a line of text or nothing: it does not mean that a connection is gone.
    const isForeign = status === 404 && !isJsonObject(parsed);
    const [code, mend] = isForeign ? (["invalid_answer", checkAddress] as const) : explainStatus(status);
    return this.#create(
      code,
      { reason: `Fluents answered ${status}${quotation}${traceRequest(requestId)}`, mend },
      { status, mayHaveApplied: isAmbiguousStatus(status) },
    );
  }

  /** A success whose body is not what it should be. */
  fromBody(problem: string, status: number | undefined, requestId: string | undefined): RequestError {
    return this.#create(
      "invalid_answer",
      { reason: `Fluents answered, but ${problem}${traceRequest(requestId)}`, mend: checkAddress },
      { status, mayHaveApplied: true },
    );
  }

  /** No answer. */
  fromFault(code: string, message: string, baseUrl: string): RequestError {
    return this.#create(
      "connection_failed",
      {
        reason: `no answer from ${baseUrl} (${code}: ${message})`,
        mend: "Check fluents:baseUrl (or FLUENTS_API_URL), the network and HTTPS_PROXY, then run the command again",
      },
      { fault: code, mayHaveApplied: isAmbiguousFault(code) },
    );
  }

  #quote(said: string): string {
    const sent = new Redactor("[sent]");
    sent.add({ ...this.quoting.body, type: undefined });
    return sent.redact(this.redactor.redact(said)).slice(0, longestQuotation);
  }

  #create(code: ErrorCode, { reason, mend }: RequestProblem, failure: RequestFailure): RequestError {
    return new RequestError(
      code,
      { reason: this.redactor.redact(`${this.request}: ${reason}`), mend },
      { ...failure, mayHaveApplied: failure.mayHaveApplied || this.#mayHaveApplied },
    );
  }
}

function explainStatus(status: number): [ErrorCode, string] {
  switch (status) {
    case 401:
    case 403:
      return [
        "authentication_failed",
        "The API key is not accepted: set it with `pulumi config set --secret fluents:apiKey`. `pulumi refresh` and " +
          "`pulumi destroy` use the key that the last `pulumi up` stored: after a change of key run `pulumi up`, or " +
          "`pulumi refresh --run-program`, first",
      ];
    case 404:
      return ["not_found", "See that the id and fluents:baseUrl are right"];
    case 429:
      return ["request_failed", "Lower fluents:maxConcurrency, or run the command again later"];
  }
  if (status >= 500) {
    return ["request_failed", "Run the command again later"];
  }
  return status < 400
    ? ["request_failed", "It is not followed: set fluents:baseUrl to the address of the API itself"]
    : ["request_failed", "Correct the arguments that it names, and run the command again"];
}
