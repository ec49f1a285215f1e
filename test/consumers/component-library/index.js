const pulumi = require("@pulumi/pulumi");
const fluents = require("pulumi-fluents");

/** A component of a platform team, which wraps the connection that it makes. */
exports.Voice = class Voice extends pulumi.ComponentResource {
  constructor(name, args, opts) {
    super("platform:index:Voice", name, {}, opts);
    const connection = new fluents.AccountConnection(
      name,
      {
        type: fluents.AccountConnectionType.OpenAI,
        label: "OpenAI",
        credentials: { openai_api_key: args.openaiApiKey },
      },
      { parent: this },
    );
    this.connectionId = connection.id;
    this.registerOutputs({ connectionId: this.connectionId });
  }
};
