import { Client } from "../api/client";
import { Transport, type Surroundings } from "../api/transport";
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
  debug:
    process.env.FLUENTS_DEBUG === "1"
      ? (line) => {
          console.error(`fluents: ${redactor.redact(line)}`);
        }
      : undefined,
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
