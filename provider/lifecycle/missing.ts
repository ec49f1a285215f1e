import { FluentsError } from "../errors";

/** The error for a connection that is in the state but not at the service. */
export function failGone(id: string): FluentsError {
  return new FluentsError(
    "not_found",
    `connection ${id} is gone: Fluents does not have it, or the API key belongs to another environment. ` +
      "If it was deleted run `pulumi refresh`, then `pulumi up`, which creates it again",
  );
}

/**
 * The error for an id that somebody has given and that the service does not know.
 *
 * @param subject what it was given for, with a colon; `""` if that is said elsewhere
 */
export function failMissing(subject: string, id: string): FluentsError {
  return new FluentsError(
    "not_found",
    `${subject}Fluents has no connection ${id} in the environment of this API key. ` +
      "Copy the id from the dashboard, and see that fluents:apiKey is the key of that environment",
  );
}
