import { runCell } from "../../../tools/matrix/cell";
import { installNode } from "../../../tools/matrix/node-release";

/**
 * `npm run matrix` has the whole table. Exact releases here: a new one of Node.js or Pulumi must not fail the suite. npm has
 * these for Linux on every processor, and not for macOS.
 */
const corners =
  process.platform === "linux"
    ? ([
        ["20.19.0", "3.216.0"],
        ["26.10.0", "3.270.0"],
      ] as const)
    : [];

describe("the package runs and its command starts", function () {
  this.timeout("10 min");

  for (const [node, sdk] of corners) {
    it(`under Node.js ${node} with Pulumi's SDK ${sdk}`, async () => {
      await runCell(await installNode(node), sdk);
    });
  }
});
