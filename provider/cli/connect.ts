import { Client } from "../api/client";
import { Transport } from "../api/transport";
import { createDebugLog } from "../debug-log";
import type { Surroundings } from "../http/http-client";
import { readSettings, type SettingsResult, type Settings } from "../settings";
import { redactor } from "./redactor";
import type { Stack } from "./stack";

const surroundings: Surroundings = {
  warn: (message) => {
    console.error(`warning: ${redactor.redact(message)}`);
    return Promise.resolve();
  },
  assertWanted: () => Promise.resolve(),
  hidesAnswers: true,
  debug: createDebugLog(redactor),
};

/** Settings as the provider gets them: the stack's configuration, then the environment. */
export function readStackSettings(stack: Stack | undefined): SettingsResult {
  return readSettings((key) => stack?.config.get(key)?.value, process.env);
}

/** Opens the API that the settings name. */
export function connect(settings: Settings): Client {
  return new Client(new Transport(settings, redactor, surroundings), settings);
}
