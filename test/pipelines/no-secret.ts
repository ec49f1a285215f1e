import assert from "node:assert/strict";

import { assertNoCanary } from "../helpers/canary";
import type { Forge } from "./forge";
import { platformSecrets, type UserRepository } from "./user-repository";

/** Asserts that no job printed a secret, gave one to a command as an argument, or sent one to the platform. */
export function assertNoSecret(repository: UserRepository, forge?: Forge): void {
  const texts = [
    ...repository.executed.flatMap(({ output, trace }) => [output, trace]),
    ...(forge?.received ?? []),
  ];
  assertNoCanary({ "the jobs": texts.join("\n") });
  assert.ok(!texts.some((text) => text.includes(platformSecrets.PULUMI_CONFIG_PASSPHRASE)));
}
