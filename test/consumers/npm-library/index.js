const pulumi = require("@pulumi/pulumi");
const { Voice } = require("component-library");

const config = new pulumi.Config();
exports.connectionId = new Voice("openai", {
  openaiApiKey: config.requireSecret("openaiApiKey"),
}).connectionId;
