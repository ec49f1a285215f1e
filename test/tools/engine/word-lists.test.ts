import assert from "node:assert/strict";

import { TestStack } from "../../helpers/stack";

describe("the engine's word lists", function () {
  this.timeout("2 min");

  let stack: TestStack;
  afterEach(() => stack.close());

  it("are there when a value is set in clear that may be a secret", async () => {
    stack = await TestStack.create({ program: "" });
    const setToken = (value: string, expectCode: number) =>
      stack.pulumi(["config", "set", "token", value], { expectCode });

    const refused = await setToken("1415fc1f4eaeb5e096ee58c1480016638fff29bf", 1);
    assert.match(refused.stderr, /looks like a secret/);
    // Without a list of words this would be as hard to guess.
    await setToken("passwordpassword", 0);
  });
});
