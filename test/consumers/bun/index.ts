import * as pulumi from "@pulumi/pulumi";
import * as fluents from "pulumi-fluents";

const config = new pulumi.Config();
const openai = new fluents.AccountConnection("openai", {
  type: fluents.AccountConnectionType.OpenAI,
  label: "OpenAI",
  credentials: { openai_api_key: config.requireSecret("openaiApiKey") },
});
export const connectionId = openai.id;

// A lookup runs in the program.
const { connections } = await fluents.getAccountConnections({ label: "Twilio" });
export const numberOfOthers = connections.length;
