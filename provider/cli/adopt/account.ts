import type { Client } from "../../api/client";
import type { Connection, ListedConnection } from "../../api/wire";
import { RequestError } from "../../errors";

/** A connection for which no resource is written. */
export interface Skipped {
  readonly id: string;
  readonly reason: string;
}

/** Connections, and those that could not be read. */
export interface Reading {
  readonly connections: readonly Connection[];
  readonly skipped: readonly Skipped[];
}

/** Lists all connections of the account; what the list does not say wholly is read singly. */
export async function readAccount(client: Client): Promise<Reading> {
  return readSingly(client, await client.list(), (listed) => !listed.isWhole);
}

/** Reads singly the connections whose credentials the list does not show: `get` may show them. */
export async function completeCredentials(
  client: Client,
  connections: readonly Connection[],
): Promise<Reading> {
  return readSingly(client, connections, ({ credentials }) => credentials === undefined);
}

async function readSingly<T extends Connection | ListedConnection>(
  client: Client,
  connections: readonly T[],
  isPartial: (connection: T) => boolean,
): Promise<Reading> {
  const read = await Promise.all(
    connections.map(async (connection): Promise<Connection | Skipped> => {
      if (!isPartial(connection)) {
        return connection;
      }
      try {
        const found = await client.find(connection.id);
        return found ?? { id: connection.id, reason: "it is in the list, but Fluents does not find it" };
      } catch (error) {
        // One connection that cannot be read must not stop the work on the others.
        if (RequestError.isInstance(error) && error.code === "invalid_answer") {
          return { id: connection.id, reason: error.message };
        }
        throw error;
      }
    }),
  );
  return {
    connections: read.filter((item): item is Connection => !("reason" in item)),
    skipped: read.filter((item): item is Skipped => "reason" in item),
  };
}
