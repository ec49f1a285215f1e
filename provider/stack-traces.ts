import { dirname, sep } from "node:path";

import { RunError } from "@pulumi/pulumi";

const sdkFolder = dirname(require.resolve("@pulumi/pulumi")) + sep;

/** How V8 makes stack traces: how many frames, and how they become a text. */
interface StackTraceSettings {
  stackTraceLimit: number;
  prepareStackTrace?: ((error: Error, frames: NodeJS.CallSite[]) => unknown) | undefined;
}

const settings: StackTraceSettings = Error;

/**
 * Keeps stack traces as short as they are of use. The SDK takes one for each promise that it makes, a hundred for a resource,
 * and maps all to their sources: most of the time of a program with many resources. Errors are made without one, except with
 * `PULUMI_DEBUG_PROMISE_LEAKS`, which prints them. The trace that the SDK puts into the state ends at the program: what is
 * below it, of Node.js and of the SDK, is the same for every resource, and a tenth of its state.
 *
 * @returns how to go on as before
 */
export function limitStackTraces(): () => void {
  const { stackTraceLimit, prepareStackTrace } = settings;
  if (process.env.PULUMI_DEBUG_PROMISE_LEAKS === undefined) {
    settings.stackTraceLimit = 0;
    // Without one Node.js maps the traces to the sources itself, and would not if there were one.
    if (prepareStackTrace !== undefined) {
      settings.prepareStackTrace = (error, frames) => prepareStackTrace(error, cutBelowProgram(frames));
    }
  }
  return () => {
    Object.assign(settings, { stackTraceLimit, prepareStackTrace });
  };
}

function cutBelowProgram(frames: readonly NodeJS.CallSite[]): NodeJS.CallSite[] {
  const last = frames.findLastIndex((frame) => {
    const file = frame.getFileName() ?? "node:";
    return !file.startsWith("node:") && !file.startsWith(sdkFolder);
  });
  return frames.slice(0, last + 1);
}

/** Gives an error the caller's stack if it has none, as one that was made under {@link limitStackTraces}. */
export function addStackTrace(error: unknown): unknown {
  // A RunError is meant to have none.
  const isBare: boolean = RunError.isInstance(error);
  if (error instanceof Error && !isBare && !/^\s+at /m.test(error.stack ?? "")) {
    Error.captureStackTrace(error, addStackTrace);
  }
  return error;
}
