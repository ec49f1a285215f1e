import assert from "node:assert/strict";

import type { StoredConnection } from "../emulator/connection";
import type { StateResource } from "../helpers/stack";
import type { Cell, CellArguments } from "./matrix-verbs";

/** Asserts that the program, the state and the service say the same of a cell's connection, and that it is confirmed. */
export function assertAgreement(
  { name, verb }: Cell,
  args: CellArguments,
  resource: StateResource | undefined,
  truth: StoredConnection | undefined,
): void {
  assert.ok(resource, `${name} is not in the state`);
  assert.ok(truth, `${name}: the service does not have ${resource.id}`);
  const declared = [args.type, args.label, args.credentials, args.config.declared, args.steeringPool];
  assert.deepEqual(
    [truth.type, truth.label, truth.credentials, truth.config.declared, truth.steering_pool],
    declared,
    `${name}: the service and the program`,
  );
  const { outputs = {}, initErrors = [] } = resource;
  const config = outputs.config as CellArguments["config"];
  assert.deepEqual(
    [outputs.type, outputs.label, outputs.credentials, config.declared, outputs.steeringPool],
    declared,
    `${name}: the state and the program`,
  );
  assert.deepEqual(initErrors, [], `${name}: unfinished in the state`);
  assert.equal(
    truth.config.undeclared,
    verb.hasUndeclaredConfig === true ? true : undefined,
    `${name}: config that is set elsewhere`,
  );
  assert.equal(outputs.credentialsVersion ?? 0, verb.credentialsVersion ?? 1, `${name}: credentialsVersion`);
}

/** Asserts that nothing of the old credentials is left. */
export function assertScrubbed({ name, oldSecret }: Cell, truth: StoredConnection | undefined): void {
  assert.ok(truth, `${name} is not at the service`);
  assert.equal(truth.label, `[removed] ${name}, old`);
  assert.deepEqual(truth.steering_pool, []);
  assert.ok(!JSON.stringify(truth.credentials).includes(oldSecret), `${name}: a credential is still there`);
}
