const pulumi = require("@pulumi/pulumi");
const { describeConnections } = require("./connections");

const provider = {
  async create(inputs) {
    return { id: inputs.label, outs: inputs };
  },
  async update(id, olds, news) {
    return { outs: news };
  },
};

for (const { name, credentials, ...args } of describeConnections()) {
  new pulumi.dynamic.Resource(provider, name, { ...args, credentials: pulumi.secret(credentials) });
}
