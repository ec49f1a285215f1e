const pulumi = require("@pulumi/pulumi");
const fluents = require("pulumi-fluents");
const { describeConnections } = require("./connections");

for (const { name, credentials, ...args } of describeConnections()) {
  new fluents.AccountConnection(name, { ...args, credentials: pulumi.secret(credentials) });
}
