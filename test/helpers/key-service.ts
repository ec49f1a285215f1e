import fastify from "fastify";

/** A key service that runs. */
export interface KeyService {
  /** Environment in which `pulumi` finds it. */
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/** What `pulumi stack init --secrets-provider` takes. */
export const keyServiceAddress = "hashivault://test";

/**
 * Starts what Pulumi needs of HashiCorp Vault to keep the key that encrypts a stack's secrets. Deriving it from a passphrase
 * would take a fifth of a second in every command.
 */
export async function startKeyService(): Promise<KeyService> {
  const service = fastify({ forceCloseConnections: true });
  // The client does not say that it sends JSON.
  service.addContentTypeParser("*", { parseAs: "string" }, service.getDefaultJsonParser("error", "error"));
  const prefix = "vault:v1:";
  service.put<{ Body: { plaintext: string } }>("/v1/transit/encrypt/test", ({ body }) => ({
    data: { ciphertext: prefix + body.plaintext },
  }));
  service.put<{ Body: { ciphertext: string } }>("/v1/transit/decrypt/test", ({ body }) => ({
    data: { plaintext: body.ciphertext.slice(prefix.length) },
  }));
  return {
    env: {
      VAULT_SERVER_URL: await service.listen({ host: "127.0.0.1", port: 0 }),
      VAULT_SERVER_TOKEN: "test",
    },
    close: () => service.close(),
  };
}
