import {
  HttpClient,
  HttpFault,
  type HttpAnswer,
  type HttpRequest,
  type Surroundings,
} from "../http/http-client";
import type { Redactor } from "../redact";
import type { Settings } from "../settings";
import { FailureFactory } from "./failure";

/** A request to the API. */
export type Request = Omit<HttpRequest, "authorization">;

/** A 2xx answer whose body is JSON. */
export interface Answer extends Pick<HttpAnswer, "status" | "requestId"> {
  readonly body: unknown;
}

/** Sends requests to the API: authentication, and errors without secrets. */
export class Transport {
  readonly #client: HttpClient;

  constructor(
    private readonly settings: Settings,
    private readonly redactor: Redactor,
    private readonly surroundings: Surroundings,
  ) {
    redactor.add(settings.apiKey);
    this.#client = new HttpClient(
      { name: "Fluents", baseUrl: settings.baseUrl },
      settings,
      redactor,
      surroundings,
    );
  }

  /**
   * Sends a request and reads its answer.
   *
   * @throws RequestError if no 2xx answer with a JSON body came
   */
  async send(request: Request): Promise<Answer> {
    const failures = new FailureFactory(`${request.method} ${request.path}`, this.redactor, {
      body: request.body,
      hidesAnswers: this.surroundings.hidesAnswers,
    });
    const { status, body, requestId } = await this.#exchange(request, failures);
    if (status < 200 || status > 299) {
      throw failures.fromStatus(status, body, requestId);
    }
    return { status, body: parseBody(body, failures, status, requestId), requestId };
  }

  async #exchange(request: Request, failures: FailureFactory): Promise<HttpAnswer> {
    const { apiKey, baseUrl } = this.settings;
    try {
      return await this.#client.send(
        { ...request, authorization: `Bearer ${apiKey}` },
        ({ status, fault }) => {
          failures.noteAttempt(status, fault);
        },
      );
    } catch (error) {
      if (!(error instanceof HttpFault)) {
        throw error;
      }
      throw error.isTooLarge
        ? failures.fromBody(`with ${error.message}, not read`, undefined, undefined)
        : failures.fromFault(error.code, error.message, baseUrl);
    }
  }
}

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
