import assert from "node:assert/strict";

import type { Forge } from "./forge";
import { canary, platformSecrets, type UserRepository } from "./user-repository";

/** Asserts that no job printed a secret, gave one to a command as an argument, or sent one to the platform. */
export function assertNoSecret(repository: UserRepository, forge?: Forge): void {
  const texts = [
    ...repository.executed.flatMap(({ output, trace }) => [output, trace]),
    ...(forge?.received ?? []),
  ];
  for (const secret of [canary, platformSecrets.PULUMI_CONFIG_PASSPHRASE]) {
    assert.deepEqual(
      texts.filter((text) => text.includes(secret)),
      [],
    );
  }
}
