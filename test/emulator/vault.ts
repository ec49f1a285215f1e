import type { AddressInfo } from "node:net";

import fastify from "fastify";

/** A stand-in for HashiCorp Vault on loopback: reads of a version of a secret from the KV engine (2) at `secret`. */
export interface VaultEmulator {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts a Vault on a free port.
 *
 * @param token the one that may read
 * @param secrets versions of each secret by its path, the first is version 1
 */
export async function startVault(
  token: string,
  secrets: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>,
): Promise<VaultEmulator> {
  const app = fastify({ forceCloseConnections: true });
  app.get<{ Params: { "*": string }; Querystring: { version: string } }>(
    "/v1/secret/data/*",
    (request, reply) => {
      if (request.headers["x-vault-token"] !== token) {
        return reply.code(403).send({ errors: ["permission denied"] });
      }
      const version = Number(request.query.version);
      const data = secrets[request.params["*"]]?.[version - 1];
      return data === undefined
        ? reply.code(404).send({ errors: [] })
        : { data: { data, metadata: { version, destroyed: false } } };
    },
  );
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => app.close() };
}
