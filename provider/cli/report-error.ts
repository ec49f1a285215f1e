import { describeError, FluentsError } from "../errors";
import { redactor } from "./redactor";

/** Tells the user what failed, without secrets. Gives the exit code. */
export function reportError(error: unknown): number {
  const message = FluentsError.isInstance(error)
    ? error.message
    : `pulumi-fluents failed unexpectedly, please report it: ${describeError(error)}`;
  console.error(`error: ${redactor.redact(message)}`);
  return 1;
}
