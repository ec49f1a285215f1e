/** The secrets of the demo. None of them may appear in what it prints or in the state that Pulumi keeps. */
export const demoSecrets = {
  fluentsApiKey: "demo-secret-fluents-api-key",
  twilioToken: "demo-secret-twilio-token-before",
  rotatedTwilioToken: "demo-secret-twilio-token-after",
  openaiKey: "demo-secret-openai-key",
  strangeOpenaiKey: "demo-secret-openai-key-of-somebody-else",
  deepgramKey: "demo-secret-deepgram-key",
} as const;

/** The demo's secrets that are in `text`, by name. */
export function findSecrets(text: string): string[] {
  return Object.entries(demoSecrets)
    .filter(([, value]) => text.includes(value))
    .map(([name]) => name);
}
