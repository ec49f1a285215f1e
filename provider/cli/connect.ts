import { Client } from "../api/client";
import { Transport } from "../api/transport";
import { createDebugLog } from "../debug-log";
import type { Surroundings } from "../http/http-client";
import { Redactor } from "../redact";
import { readSettings, type SettingsResult, type Settings } from "../settings";
import type { Stack } from "./stack";

/** Knows the secrets of this process. */
export const redactor = new Redactor();

const surroundings: Surroundings = {
  warn: (message) => {
    console.error(`warning: ${redactor.redact(message)}`);
    return Promise.resolve();
  },
  assertWanted: () => Promise.resolve(),
  hidesAnswers: true,
  debug: createDebugLog(redactor),
};

/**
 * Settings as the provider gets them: the stack's configuration, then the environment. From now on the redactor knows
 * the stack's secrets.
 */
export function readStackSettings(stack: Stack | undefined): SettingsResult {
  for (const { value, isSecret } of stack?.config.values() ?? []) {
    if (isSecret) {
      redactor.add(value);
    }
  }
  return readSettings((key) => stack?.config.get(key)?.value, process.env);
}

/** Opens the API that the settings name. */
export function connect(settings: Settings): Client {
  return new Client(new Transport(settings, redactor, surroundings), settings);
}
