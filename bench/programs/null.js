const pulumi = require("@pulumi/pulumi");
const { describeConnections } = require("./connections");

const provider = {
  async check(olds, news) {
    return { inputs: news };
  },
  async diff(id, olds, news) {
    return {};
  },
  async create(inputs) {
    return { id: inputs.label, outs: inputs };
  },
  async read(id, props) {
    return { id, props };
  },
  async update(id, olds, news) {
    return { outs: news };
  },
  async delete(id, props) {},
};

for (const { name, credentials, ...args } of describeConnections()) {
  new pulumi.dynamic.Resource(provider, name, { ...args, credentials: pulumi.secret(credentials) });
}
