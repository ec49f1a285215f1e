import * as pulumi from "@pulumi/pulumi";

/** An error of the user's program, of which Pulumi prints the message only. */
export function createProgramError(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  // The SDK inspects what a program throws, which takes Node.js 20 many seconds where its own frames are in the stack.
  error.stack = message;
  return error;
}
