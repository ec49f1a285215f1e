const pulumi = require("@pulumi/pulumi");
const { describeConnections } = require("./connections");

async function send(method, path, body) {
  const response = await fetch(`${process.env.FLUENTS_API_URL}/v1/account_connections${path}`, {
    method,
    headers: {
      authorization: `Bearer ${process.env.FLUENTS_API_KEY}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }
  return response.json();
}

function describe({ type, label, credentials, steeringPool }) {
  return { type, label, credentials, steering_pool: steeringPool };
}

const provider = {
  async create(inputs) {
    const connection = await send("POST", "/create", describe(inputs));
    return { id: connection.id, outs: connection };
  },
  async read(id) {
    return { id, props: await send("GET", `?id=${id}`) };
  },
  async update(id, olds, news) {
    return { outs: await send("POST", `/update?id=${id}`, describe(news)) };
  },
};

for (const { name, credentials, ...args } of describeConnections()) {
  new pulumi.dynamic.Resource(provider, name, { ...args, credentials: pulumi.secret(credentials) });
}
