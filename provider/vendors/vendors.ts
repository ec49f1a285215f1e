import type { JsonObject } from "../json";

/** How to ask a vendor whether credentials work. */
export interface Vendor {
  /** Name for messages. */
  readonly name: string;
  /** Keys of the credentials that are needed, each a text. */
  readonly keys: readonly string[];
  /** Path of a read that changes nothing. */
  readonly path: (credentials: JsonObject) => string;
  /** Value of the header `authorization`. Secret. */
  readonly authorize: (credentials: JsonObject) => string;
}

/** The vendors that can be asked, by the type of their connections. */
export const vendors = {
  account_connection_twilio: {
    name: "Twilio",
    keys: ["twilio_account_sid", "twilio_auth_token"],
    path: ({ twilio_account_sid: sid }) => `/2010-04-01/Accounts/${encodeURIComponent(String(sid))}.json`,
    authorize: ({ twilio_account_sid: sid, twilio_auth_token: token }) =>
      `Basic ${Buffer.from(`${String(sid)}:${String(token)}`).toString("base64")}`,
  },
  account_connection_openai: {
    name: "OpenAI",
    keys: ["openai_api_key"],
    path: () => "/v1/models",
    authorize: ({ openai_api_key: key }) => `Bearer ${String(key)}`,
  },
} as const satisfies Readonly<Record<string, Vendor>>;

/** A type of connection whose vendor can be asked. */
export type VerifiableType = keyof typeof vendors;

/** Whether the vendor of a type of connection can be asked. */
export function isVerifiableType(type: string): type is VerifiableType {
  return Object.hasOwn(vendors, type);
}
