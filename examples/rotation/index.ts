import * as pulumi from "@pulumi/pulumi";
import * as fluents from "pulumi-fluents";

import { OpenAIKey } from "./openai-key";
import { readVaultSecret } from "./vault";

const config = new pulumi.Config();
const environment = pulumi.getStack();

// From the stack's configuration: its file, or a Pulumi ESC environment that the file names.
const twilio = new fluents.AccountConnection("twilio", {
  type: fluents.AccountConnectionType.Twilio,
  label: `Twilio, ${environment}`,
  credentials: {
    twilio_account_sid: config.require("twilioAccountSid"),
    twilio_auth_token: config.requireSecret("twilioAuthToken"),
  },
  verifyCredentials: true,
});

// From a secret manager. The stack's file says which version: a commit rotates, and its revert rotates back.
const deepgram = new fluents.AccountConnection("deepgram", {
  type: fluents.AccountConnectionType.Deepgram,
  label: `Deepgram, ${environment}`,
  credentials: {
    deepgram_api_key: readVaultSecret("fluents/deepgram", "api_key", config.requireNumber("deepgramVersion")),
  },
});

// Made at the vendor by the same program. The connection depends on the key, so that Pulumi makes a new key first, then
// points Fluents at it, and revokes the old key only when all of that has worked.
const openaiKey = new OpenAIKey("openai-key", {
  project: config.require("openaiProject"),
  name: `fluents-${environment}-${config.require("openaiKeyName")}`,
});
const openai = new fluents.AccountConnection("openai", {
  type: fluents.AccountConnectionType.OpenAI,
  label: `OpenAI, ${environment}`,
  credentials: { openai_api_key: openaiKey.value },
  verifyCredentials: true,
});

/** Which credentials are live: how often they were sent, and when last. */
export const live = Object.fromEntries(
  Object.entries({ twilio, deepgram, openai }).map(
    ([name, { credentialsVersion, credentialsRotatedAt }]) =>
      [name, { credentialsVersion, credentialsRotatedAt }] as const,
  ),
);
