import { RunError } from "@pulumi/pulumi";

/**
 * Lets errors be made without stack traces. The SDK takes one for each promise that it makes, a hundred for a resource, and
 * maps all to their sources: most of the time of a program with many resources. With `PULUMI_DEBUG_PROMISE_LEAKS`, which
 * prints them, nothing is changed.
 *
 * @returns how to go on as before
 */
export function pauseStackTraces(): () => void {
  const { stackTraceLimit } = Error;
  if (process.env.PULUMI_DEBUG_PROMISE_LEAKS === undefined) {
    Error.stackTraceLimit = 0;
  }
  return () => {
    Error.stackTraceLimit = stackTraceLimit;
  };
}

/** Gives an error the caller's stack if it has none, as one that was made in a pause. */
export function addStackTrace(error: unknown): unknown {
  // A RunError is meant to have none.
  const isBare: boolean = RunError.isInstance(error);
  if (error instanceof Error && !isBare && !/^\s+at /m.test(error.stack ?? "")) {
    Error.captureStackTrace(error, addStackTrace);
  }
  return error;
}
