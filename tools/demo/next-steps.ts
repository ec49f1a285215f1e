/** What to try after the demo: lines to copy. */
export const nextSteps = `Try it yourself, in the root of this checkout. In one terminal:

  npm run emulator -- --port 8700

In another:

  export PULUMI_BACKEND_URL="file://$(mktemp -d)" PULUMI_CONFIG_PASSPHRASE=try
  npm run pulumi -- stack init dev
  npm run pulumi -- config set fluents:baseUrl http://127.0.0.1:8700
  npm run pulumi -- config set --secret fluents:apiKey any-key
  npm run pulumi -- config set twilioAccountSid AC123
  npm run pulumi -- config set --secret twilioAuthToken first-token
  npm run pulumi -- config set --secret openaiApiKey some-key
  npm run pulumi -- up

Then change examples/quickstart/index.ts or a config value, and run the last line again.
README.md says how to use the package in a repository of your own.`;
