import * as pulumi from "@pulumi/pulumi";
import * as fluents from "pulumi-fluents";

const config = new pulumi.Config();
const environment = pulumi.getStack();

const twilio = new fluents.AccountConnection("twilio", {
  type: fluents.AccountConnectionType.Twilio,
  label: `Twilio, ${environment}`,
  credentials: {
    twilio_account_sid: config.require("twilioAccountSid"),
    twilio_auth_token: config.requireSecret("twilioAuthToken"),
  },
  steeringPool: ["+14155550100", "+14155550101"],
});

const openai = new fluents.AccountConnection("openai", {
  type: fluents.AccountConnectionType.OpenAI,
  label: `OpenAI, ${environment}`,
  credentials: { openai_api_key: config.requireSecret("openaiApiKey") },
});

// Made by hand in the dashboard before this repository existed: adopted, and never scrubbed.
const deepgramConnectionId = config.get("deepgramConnectionId");
const deepgram =
  deepgramConnectionId === undefined
    ? undefined
    : new fluents.AccountConnection("deepgram", {
        type: fluents.AccountConnectionType.Deepgram,
        connectionId: deepgramConnectionId,
        label: `Deepgram, ${environment}`,
      });

export const twilioConnectionId = twilio.id;
export const twilioCredentialsVersion = twilio.credentialsVersion;
export const openaiConnectionId = openai.id;
export const deepgramDescription = deepgram?.description ?? "not adopted";
