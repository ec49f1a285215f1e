const pulumi = require("@pulumi/pulumi");
const fluents = require("pulumi-fluents");

const config = new pulumi.Config();
const openai = new fluents.AccountConnection("openai", {
  type: fluents.AccountConnectionType.OpenAI,
  label: "OpenAI",
  credentials: { openai_api_key: config.requireSecret("openaiApiKey") },
});
exports.connectionId = openai.id;
