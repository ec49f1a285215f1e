import { explainError } from "../errors";
import { redactor } from "./redactor";

/** Tells the user what failed, without secrets. Gives the exit code. */
export function reportError(error: unknown): number {
  console.error(`error: ${redactor.redact(explainError(error))}`);
  return 1;
}
