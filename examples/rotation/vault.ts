import * as pulumi from "@pulumi/pulumi";

/**
 * Reads a field of a secret in HashiCorp Vault, by `GET $VAULT_ADDR/v1/secret/data/PATH` (KV version 2) with `VAULT_TOKEN`.
 * It does so at each preview and update.
 *
 * @param version version of the secret
 * @returns the field. Secret.
 */
export function readVaultSecret(path: string, field: string, version: number): pulumi.Output<string> {
  return pulumi.secret(read(path, field, version));
}

/** No error has a part of the answer, which holds the secret. */
async function read(path: string, field: string, version: number): Promise<string> {
  const what = `Vault: version ${version} of secret/${path}`;
  const answer = await fetch(`${requireVariable("VAULT_ADDR")}/v1/secret/data/${path}?version=${version}`, {
    headers: { "X-Vault-Token": requireVariable("VAULT_TOKEN") },
    signal: AbortSignal.timeout(30_000),
  }).catch(() => {
    throw new pulumi.RunError(`${what} cannot be read: no answer. Check VAULT_ADDR and the network.`);
  });
  if (!answer.ok) {
    throw new pulumi.RunError(
      `${what} cannot be read (${answer.status}). ` +
        (answer.status === 404 ? "Is that version there?" : "May this VAULT_TOKEN read it?"),
    );
  }
  const body = (await answer.json().catch(() => undefined)) as
    { data?: { data?: Record<string, unknown> } } | undefined;
  const value = body?.data?.data?.[field];
  if (typeof value !== "string" || value === "") {
    throw new pulumi.RunError(`${what} has no text in its field ${field}.`);
  }
  return value;
}

function requireVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new pulumi.RunError(`Set the environment variable ${name}.`);
  }
  return value;
}
