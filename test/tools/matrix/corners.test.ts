import assert from "node:assert/strict";
import { delimiter } from "node:path";

import { runCli } from "../../helpers/cli";
import { programOf, TestStack } from "../../helpers/stack";
import { runCell } from "../../../tools/matrix/cell";
import { installNode } from "../../../tools/matrix/node-release";

/**
 * npm has these for Linux on every processor, and not for macOS. Exact releases: a new one of Node.js or Pulumi must not fail
 * the suite. `npm run matrix` has the whole table.
 */
const hasReleases = process.platform === "linux";
const corners = [
  ["20.19.0", "3.216.0"],
  ["26.10.0", "3.270.0"],
] as const;

describe("the package runs and its command starts", function () {
  this.timeout("10 min");

  for (const [node, sdk] of hasReleases ? corners : []) {
    it(`under Node.js ${node} with Pulumi's SDK ${sdk}`, async () => {
      await runCell(await installNode(node), sdk);
    });
  }
});

describe("a Node.js that is too old", function () {
  this.timeout("10 min");

  if (hasReleases) {
    it("is told with what to do by the program, by a refresh, and by the commands", async () => {
      const old = await installNode("18.20.8");
      const stack = await TestStack.create({
        program: programOf(
          '{ type: "account_connection_rime", label: "c", credentials: { rime_api_key: "key-of-rime" } }',
        ),
      });
      try {
        await stack.up();
        stack.env.PATH = [old.binFolder, stack.env.PATH].join(delimiter);
        const said =
          /pulumi-fluents needs Node\.js 20\.19\.0 or later, and this is 18\.20\.8: install .*\(code: unsupported_node\)/;
        const runs = [
          await stack.preview([], { expectCode: "any" }),
          await stack.refresh([], { expectCode: "any" }),
          await runCli(stack, ["adopt"], { expectCode: 1 }),
        ];
        for (const { code, output, requests } of runs) {
          assert.notEqual(code, 0);
          assert.match(output, said);
          assert.doesNotMatch(output, /^ +at /m);
          assert.deepEqual(requests, []);
        }
        const doctor = await runCli(stack, ["doctor"], { expectCode: 1 });
        assert.match(
          doctor.stdout,
          /^WRONG Node\.js 18\.20\.8 is not >=20\.19\.0\n +mend: install .*\n(?:skip .*\n)+1 problem, \d+ skipped checks\n$/,
        );
      } finally {
        await stack.close();
      }
    });
  }
});
