import assert from "node:assert/strict";

import type { FaultRule } from "../emulator/faults";
import { programOfMany, TestStack, type PulumiResult } from "../helpers/stack";

const type = "account_connection_rime";

interface Resource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

function describeConnection(index: number) {
  return {
    type,
    label: `connection ${index}`,
    credentials: { rime_api_key: `secret ${index}` },
    config: { number: index },
  };
}

/** Texts of a resource's bags with another name, number and id in them. */
function renumber(resource: Resource, index: number, id: string): Resource {
  const text = JSON.stringify(resource)
    .replaceAll("::voice0", `::voice${index}`)
    .replaceAll("connection 0", `connection ${index}`)
    .replaceAll("secret 0", `secret ${index}`);
  const copy = JSON.parse(text) as Resource;
  for (const bag of [copy.inputs, copy.outputs]) {
    if (bag !== undefined) {
      bag.config = { number: index };
    }
  }
  return { ...copy, id };
}

describe("pulumi refresh of many connections", function () {
  this.timeout("10 min");

  let stack: TestStack;
  let ids: string[];
  afterEach(() => stack.close());

  /** A stack that manages every `step`th of `total` connections, as if it had made them long ago; by import, for speed. */
  async function start(total: number, step = 1): Promise<void> {
    stack = await TestStack.create({
      program: programOfMany({ voice0: JSON.stringify(describeConnection(0)) }),
    });
    await stack.up();
    ids = [stack.service.list()[0]?.id ?? ""];
    for (let index = 1; index < total; index += 1) {
      ids.push(stack.service.add(describeConnection(index)).id);
    }
    const state = JSON.parse(await stack.exportState(true)) as {
      deployment: { resources: Resource[] };
    };
    const { resources } = state.deployment;
    const [template] = resources.splice(
      resources.findIndex(({ urn }) => urn.endsWith("::voice0")),
      1,
    );
    assert.ok(template);
    for (let index = 0; index < total; index += step) {
      resources.push(renumber(template, index, ids[index] ?? ""));
    }
    await stack.pulumi(["stack", "import"], { input: JSON.stringify(state) });
  }

  function count({ requests }: PulumiResult): { singles: number; pages: number } {
    const pages = requests.filter(({ path }) => path.endsWith("/list")).length;
    return { singles: requests.length - pages, pages };
  }

  it("asks for 1,000 of 1,000 page by page, and finds what drifted and what is gone", async () => {
    await start(1_000);
    const inStep = await stack.refresh(["--expect-no-changes"]);
    assert.ok(inStep.requests.length <= 40, JSON.stringify(count(inStep)));
    assert.equal(count(inStep).pages, 10);

    stack.service.change(ids[500] ?? "", { label: "drifted" });
    stack.service.remove(ids[700] ?? "");
    const drifted = await stack.refresh();
    assert.ok(drifted.requests.length <= 40, JSON.stringify(count(drifted)));
    assert.match(drifted.output, /~ label *: "connection 500" => "drifted"/);
    assert.match(
      drifted.output,
      /Resources:\n {4}~ 1 updated\n {4}- 1 deleted\n {4}2 changes\. 999 unchanged/,
    );
  });

  it("asks for 3 among 10,000 one by one, and for a single one by itself", async () => {
    await start(10_000, 4_000);
    const three = await stack.refresh(["--expect-no-changes"]);
    assert.ok(three.requests.length <= 6, JSON.stringify(count(three)));
    const { voice4000 } = await stack.readResources();
    const one = await stack.refresh(["--expect-no-changes", "--target", voice4000?.urn ?? ""]);
    assert.deepEqual(count(one), { singles: 1, pages: 0 });
  });

  it("is right by single reads where the list fails, or shows less than they do", async () => {
    await start(20);
    const poor = stack.service.list().map((connection) => ({ ...connection, credentials: undefined }));
    const faults: readonly FaultRule["fault"][] = [
      { kind: "status", status: 404 },
      { kind: "status", status: 500 },
      { kind: "override", fields: { items: poor } },
      {
        kind: "override",
        fields: { items: poor.map((item) => ({ ...item, credentials: { rime_api_key: "****" } })) },
      },
    ];
    for (const fault of faults) {
      stack.emulator.setFaults([{ path: "list", fault, times: Infinity }]);
      const refreshed = await stack.refresh(["--expect-no-changes"]);
      assert.deepEqual(count(refreshed), { singles: 20, pages: 1 }, JSON.stringify(fault));
      assert.equal(refreshed.output.includes("warning"), false);
    }
  });
});
