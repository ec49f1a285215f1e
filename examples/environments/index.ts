import * as pulumi from "@pulumi/pulumi";
import * as fluents from "pulumi-fluents";

import release from "./release.json";

const config = new pulumi.Config();
const label = config.require("label");
const isProduction = pulumi.getStack() === "production";

const twilio = new fluents.AccountConnection(
  "twilio",
  {
    type: fluents.AccountConnectionType.Twilio,
    label: `Twilio, ${label}`,
    credentials: {
      twilio_account_sid: config.require("twilioAccountSid"),
      twilio_auth_token: config.requireSecret("twilioAuthToken"),
    },
    steeringPool: config.requireObject<string[]>("pool"),
  },
  { protect: isProduction },
);

const openai = new fluents.AccountConnection(
  "openai",
  {
    type: fluents.AccountConnectionType.OpenAI,
    label: `OpenAI, ${label}`,
    credentials: { openai_api_key: config.requireSecret("openaiApiKey") },
    config: { model: release.llmModel },
  },
  { protect: isProduction },
);

export const twilioConnectionId = twilio.id;
export const openaiConnectionId = openai.id;
/** Twilio signs its webhooks with it. Secret, as the config value is. */
export const twilioAuthToken = config.requireSecret("twilioAuthToken");
