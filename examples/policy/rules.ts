// Each rule gives what is wrong and what to do, or undefined. No message holds the value of a property: policies see
// credentials in clear, and what they say is printed.

/** The arguments that the rules look at. */
export interface ConnectionArgs {
  readonly connectionId?: string;
  readonly steeringPool?: readonly string[];
  readonly onDelete?: OnDelete;
}

/** The outputs that the rules look at. */
export interface ConnectionOutputs {
  /** Absent or null before credentials were sent, and in the preview of an update. */
  readonly credentialsRotatedAt?: string | null;
}

/** The options that the rules look at. */
export interface ConnectionOptions {
  readonly protect: boolean;
  readonly additionalSecretOutputs: readonly string[];
}

/** What becomes of a connection that is destroyed. */
export type OnDelete = "retain" | "scrub";

const dayMs = 24 * 60 * 60 * 1000;

/** AccountConnection makes `credentials` secret by itself: this finds who takes that away. */
export function checkSecrecy({ additionalSecretOutputs }: ConnectionOptions): string | undefined {
  return additionalSecretOutputs.includes("credentials")
    ? undefined
    : "`credentials` is not among `additionalSecretOutputs`. The class AccountConnection of pulumi-fluents puts it " +
        "there: look for a transform that removes it, or for a resource that is made without this class.";
}

/** For connections of production only. */
export function checkProtection({ protect }: ConnectionOptions): string | undefined {
  return protect
    ? undefined
    : "Add the option `protect: true`. Without it the next `pulumi up` gives the connection up when somebody removes it " +
        "from the program.";
}

/** @param decided what the team wants for connections that Pulumi created */
export function checkOnDelete(
  { connectionId, onDelete }: ConnectionArgs,
  decided: OnDelete,
): string | undefined {
  // A connection that was there before Pulumi is always retained.
  const wanted = connectionId === undefined ? decided : "retain";
  return (onDelete ?? "retain") === wanted ? undefined : `The team decided for \`onDelete: "${wanted}"\`.`;
}

/** A pool that is left out is not managed: it stays as Fluents has it. */
export function checkPool({ steeringPool }: ConnectionArgs): string | undefined {
  return steeringPool?.length === 0
    ? "`steeringPool` has no number to call from. Give one, or leave the argument out to keep the pool that Fluents has."
    : undefined;
}

/** Says nothing where Pulumi has never sent credentials. */
export function checkAge(
  { credentialsRotatedAt }: ConnectionOutputs,
  now: Date,
  maxAgeDays: number,
): string | undefined {
  const rotatedAt = Date.parse(credentialsRotatedAt ?? "");
  return now.getTime() - rotatedAt > maxAgeDays * dayMs
    ? `\`credentialsRotatedAt\` is more than ${maxAgeDays} days ago. Make new credentials at the vendor, change them in ` +
        "the stack's configuration, and run `pulumi up`."
    : undefined;
}
