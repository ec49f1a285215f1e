import * as pulumi from "@pulumi/pulumi";

import { brands } from "./brands";
import { GeneratedPassword } from "./generated-password";
import { JsonFile } from "./json-file";
import { VoiceStack } from "./voice-stack";

const config = new pulumi.Config();
const secrets = {
  twilioAuthToken: config.requireSecret("twilioAuthToken"),
  deepgramApiKey: config.requireSecret("deepgramApiKey"),
  openaiApiKey: config.requireSecret("openaiApiKey"),
  elevenLabsApiKey: config.requireSecret("elevenLabsApiKey"),
};

const routes = Object.entries(brands).map(([name, brand]) => {
  const webhookPassword = new GeneratedPassword(`${name}-webhook`).value;
  const { telephonyId } = new VoiceStack(name, { ...brand, secrets, webhookPassword });
  return [name, telephonyId] as const;
});

/** The connection that answers for each brand. The call router reads the file. */
export const connectionIds = Object.fromEntries(routes);
new JsonFile("routes.json", connectionIds);
