import assert from "node:assert/strict";

import { programOfMany, readDiff, tabulate, TestStack } from "../helpers/stack";

const type = "account_connection_rime";

/** A resource whose output `result` is not known before it is created or updated. */
const later = `${programOfMany({})}
const provider = {
  create: async ({ value }) => ({ id: "later", outs: { value, result: value } }),
  update: async (id, olds, { value }) => ({ outs: { value, result: value } }),
};
class Later extends pulumi.dynamic.Resource {
  constructor(name, value) {
    super(provider, name, { value, result: undefined });
  }
}
`;

/** A program whose connection takes all it can from other resources. */
const programWith = (label: string, key: string, number: string) => `${later}
const label = new Later("label", "${label}").result;
const key = new Later("key", "${key}").result;
const number = new Later("number", "${number}").result;
new fluents.AccountConnection("c", {
  type: "${type}",
  label,
  credentials: { rime_api_key: key, nested: { list: [pulumi.interpolate\`\${key}-nested\`] } },
  steeringPool: ["+14155550100", number],
  config: { voice: { name: label } },
  rotationTrigger: { at: number },
});
`;

const credentialsOf = (key: string) => ({ nested: { list: [`${key}-nested`] }, rime_api_key: key });

describe("a value that is not known before the update", function () {
  this.timeout("10 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  it("passes a preview, and reaches the service once it is known, in creation and in update", async () => {
    stack = await TestStack.create({ program: programWith("one", "rime-key-1", "+14155550101") });
    const previewed = await stack.preview();
    assert.deepEqual(tabulate(previewed.requests), []);
    assert.deepEqual(tabulate((await stack.up()).requests), [
      "GET /list",
      `POST /create ${JSON.stringify({
        type,
        label: "one",
        credentials: credentialsOf("rime-key-1"),
        steering_pool: ["+14155550100", "+14155550101"],
        config: { voice: { name: "one" } },
      })}`,
    ]);
    await stack.preview(["--expect-no-changes"]);

    stack.write(programWith("one", "rime-key-2", "+14155550101"));
    const previewedUpdate = await stack.preview();
    assert.deepEqual(tabulate(previewedUpdate.requests), []);
    assert.match(
      readDiff(previewedUpdate.output, "c").join("\n"),
      /^~ credentials *: \[secret\] => \[secret\]$/m,
    );
    assert.deepEqual(tabulate((await stack.up()).requests), [
      `POST /update ${JSON.stringify({ credentials: credentialsOf("rime-key-2") })}`,
    ]);
    await stack.preview(["--expect-no-changes"]);
  });

  it("may be the connectionId and the credentials as a whole", async () => {
    const credentials = { rime_api_key: "rime-key-1" };
    const program = (id: string) => `${later}
const id = new Later("id", "${id}").result;
const credentials = new Later("credentials", ${JSON.stringify(credentials)}).result;
new fluents.AccountConnection("c", { type: "${type}", connectionId: id, credentials });
`;
    stack = await TestStack.create({ program: "" });
    const { id } = stack.service.add({ type, credentials });
    stack.write(program(id));
    assert.deepEqual(tabulate((await stack.preview()).requests), []);
    assert.deepEqual(tabulate((await stack.up()).requests), ["GET /"]);
    await stack.preview(["--expect-no-changes"]);

    const other = stack.service.add({ type, credentials });
    stack.write(program(other.id));
    const previewed = await stack.preview();
    assert.match(previewed.output, /AccountConnection: \((delete-)?replace/);
    assert.deepEqual(tabulate((await stack.up()).requests), ["GET /"]);
    assert.equal((await stack.readResources()).c?.id, other.id);
    await stack.preview(["--expect-no-changes"]);
  });
});
