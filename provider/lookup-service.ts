import { z } from "zod";

import { Client } from "./api/client";
import { Transport } from "./api/transport";
import type { AccountConnectionType } from "./account-connection-type";
import type { Connection } from "./api/wire";
import { createDebugLog } from "./debug-log";
import { explainError, FluentsError } from "./errors";
import { describePath } from "./json";
import { failMissing } from "./lifecycle/missing";
import { connectionTypeSchema } from "./lifecycle/inputs";
import { findNearest } from "./lifecycle/nearest";
import { matchesField } from "./lifecycle/plan";
import type { GetAccountConnectionResult } from "./lookups";
import { Redactor } from "./redact";
import { digestEnvironment, readSettings, type ConfigReader } from "./settings";

/** What a lookup needs of the program that it runs in. */
export interface LookupContext {
  readonly readConfig: ConfigReader;
  readonly warn: (message: string) => Promise<void>;
}

const idError = 'must be the text of an id, e.g. "550e8400-e29b-41d4-a716-446655440000"';

const findSchema = z.strictObject({ id: z.string(idError).min(1, idError) });

const filterSchema = z.strictObject({
  type: connectionTypeSchema.optional(),
  label: z.string('must be text; "" finds connections without a label').optional(),
});

const redactor = new Redactor();
const clients = new Map<string, Client>();

/**
 * Finds the connection of an id.
 *
 * @throws FluentsError if there is none, or it cannot be read
 */
export async function findConnection(
  args: unknown,
  context: LookupContext,
): Promise<GetAccountConnectionResult> {
  const { id } = parseArguments(findSchema, args);
  const found = await getClient(context).find(id);
  if (found === undefined) {
    throw failMissing("", `"${id}"`);
  }
  return leaveOutSecrets(found);
}

/**
 * Finds the connections of a type and label.
 *
 * @throws FluentsError if they cannot be read
 */
export async function findConnections(
  args: unknown,
  context: LookupContext,
): Promise<GetAccountConnectionResult[]> {
  const { type, label } = parseArguments(filterSchema, args);
  const client = getClient(context);
  const matching = (await client.list()).filter(
    (listed) =>
      (type === undefined || listed.type === type) &&
      (label === undefined || matchesField(label, listed.label)),
  );
  const found = await Promise.all(
    matching.map(async (listed) => (listed.isWhole ? listed : client.find(listed.id))),
  );
  return found.filter((connection) => connection !== undefined).map(leaveOutSecrets);
}

/** What the user reads of a lookup that failed. */
export function explainFailure(error: unknown): string {
  return redactor.redact(explainError(error));
}

function leaveOutSecrets({
  id,
  type,
  label,
  description,
  userId,
  steeringPool,
  accountSupportsAnyCallerId,
}: Connection): GetAccountConnectionResult {
  return {
    id,
    type: type as AccountConnectionType,
    label,
    description,
    userId,
    steeringPool,
    accountSupportsAnyCallerId,
  };
}

function parseArguments<T>(schema: z.ZodObject & z.ZodType<T>, args: unknown): T {
  const parsed = schema.safeParse(args);
  if (parsed.success) {
    return parsed.data;
  }
  const problems = parsed.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map(
          (key) =>
            `${describePath([key])} is not an argument; did you mean "${findNearest(key, Object.keys(schema.shape))}"?`,
        )
      : [`${describePath(issue.path)} ${issue.message}`],
  );
  throw new FluentsError("invalid_arguments", problems.join("\n"));
}

/** One client for each environment, so that all lookups of a program share its limit of requests. */
function getClient({ readConfig, warn }: LookupContext): Client {
  const { settings, problems } = readSettings(readConfig, process.env);
  if (problems !== undefined) {
    throw new FluentsError("invalid_configuration", problems.join("\n"));
  }
  const digest = digestEnvironment(settings);
  let client = clients.get(digest);
  if (client === undefined) {
    const surroundings = { warn, assertWanted: () => Promise.resolve(), debug: createDebugLog(redactor) };
    client = new Client(new Transport(settings, redactor, surroundings), settings);
    clients.set(digest, client);
  }
  return client;
}
