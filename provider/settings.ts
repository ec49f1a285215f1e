import { z } from "zod";

import { digestJson } from "./json";

/** How to reach Fluents. */
export interface Settings {
  /** API key. Secret. */
  readonly apiKey: string;
  /** Address of the API, without a slash at the end. */
  readonly baseUrl: string;
  /** Id of a connection that must be visible to the key before anything is written. */
  readonly environmentConnectionId: string | undefined;
  /** Time limit of one attempt, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Attempts after the first. */
  readonly maxRetries: number;
  /** Requests in flight to one service. */
  readonly maxConcurrency: number;
  /** Address of Twilio's API, for `verifyCredentials`; without a slash at the end. */
  readonly twilioUrl: string;
  /** Address of OpenAI's API, for `verifyCredentials`; without a slash at the end. */
  readonly openaiUrl: string;
}

/** Reads a stack config value by its full name. */
export type ConfigReader = (key: string) => string | undefined;

/** Whether the address is one of this machine. */
export function isLoopback(url: URL): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
}

function isAllowedUrl(text: string): boolean {
  // A bare "?" or "#" is no part of a URL object, but what follows the address would go into it.
  if (!URL.canParse(text) || /[?#]/.test(text)) {
    return false;
  }
  const url = new URL(text);
  return (
    (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url))) &&
    url.username === "" &&
    url.password === ""
  );
}

function addressOf(byDefault: string) {
  return z
    .string()
    .trim()
    .min(1, { error: `is empty: take it away with \`pulumi config rm\`, for ${byDefault}`, abort: true })
    .refine(
      isAllowedUrl,
      "must be an address that begins with https:// (http:// for loopback) and has no user, query or fragment",
    )
    .transform((text) => text.replace(/\/+$/, ""))
    .default(byDefault);
}

function integerBetween(minimum: number, maximum: number, byDefault: number) {
  const error = `must be a whole number from ${minimum} to ${maximum}`;
  return z
    .string()
    .trim()
    .regex(/^\d+$/, error)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, error)
    .default(byDefault);
}

/** How to set the API key. */
export const apiKeyMend =
  "run `pulumi config set --secret fluents:apiKey` in the stack's project, or set FLUENTS_API_KEY";

const schema = z.object({
  apiKey: z
    .string(`is missing: ${apiKeyMend}`)
    .trim()
    .min(1, `is empty: ${apiKeyMend}`)
    .regex(/^[\x21-\x7e]*$/, `holds a character that no API key has (space, line break, …): ${apiKeyMend}`),
  baseUrl: addressOf("https://api.fluents.ai"),
  environmentConnectionId: z
    .string()
    .trim()
    .min(1, "is empty: take it away with `pulumi config rm`")
    .optional(),
  requestTimeoutSeconds: z.coerce
    .number("must be a number of seconds")
    .min(0.1, "must be at least 0.1 seconds")
    .max(120, "must be at most 120 seconds")
    .default(30),
  maxRetries: integerBetween(0, 20, 5),
  maxConcurrency: integerBetween(1, 100, 10),
  twilioUrl: addressOf("https://api.twilio.com"),
  openaiUrl: addressOf("https://api.openai.com"),
});

/** Name of a setting, as it follows `fluents:` in the stack configuration. */
export type SettingName = keyof z.input<typeof schema>;

/** The environment variable of each setting. */
export const settingVariables: Readonly<Record<SettingName, string>> = {
  apiKey: "FLUENTS_API_KEY",
  baseUrl: "FLUENTS_API_URL",
  environmentConnectionId: "FLUENTS_ENVIRONMENT_CONNECTION_ID",
  requestTimeoutSeconds: "FLUENTS_REQUEST_TIMEOUT_SECONDS",
  maxRetries: "FLUENTS_MAX_RETRIES",
  maxConcurrency: "FLUENTS_MAX_CONCURRENCY",
  twilioUrl: "FLUENTS_TWILIO_URL",
  openaiUrl: "FLUENTS_OPENAI_URL",
};

/** Settings, or what is wrong with the configuration, a line each, without values. */
export type SettingsResult =
  | { readonly settings: Settings; readonly problems?: undefined }
  | { readonly settings?: undefined; readonly problems: readonly string[] };

/** Reads the `fluents:*` stack configuration; the environment variable is used where a key is not set. */
export function readSettings(readConfig: ConfigReader, environment: NodeJS.ProcessEnv): SettingsResult {
  const raw: Record<string, string | undefined> = {};
  const origins: Record<string, string> = {};
  for (const [name, variable] of Object.entries(settingVariables)) {
    raw[name] = readConfig(`fluents:${name}`);
    if (raw[name] === undefined && environment[variable] !== undefined && environment[variable] !== "") {
      raw[name] = environment[variable];
      origins[name] = ` (from ${variable})`;
    }
  }
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    return {
      problems: parsed.error.issues.map(({ path, message }) => {
        const name = path.join(".");
        return `config fluents:${name}${origins[name] ?? ""} ${message}`;
      }),
    };
  }
  const { requestTimeoutSeconds, environmentConnectionId, ...rest } = parsed.data;
  return {
    settings: { ...rest, environmentConnectionId, requestTimeoutMs: requestTimeoutSeconds * 1000 },
  };
}

/** Tells environments apart without the key itself: a key opens one environment of one address. */
export function digestEnvironment({ apiKey, baseUrl }: Settings): string {
  return digestJson({ apiKey, baseUrl });
}
