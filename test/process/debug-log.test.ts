import assert from "node:assert/strict";

import { sampleArguments } from "../helpers/samples";
import { Scene } from "./scene";

describe("the debug log", function () {
  this.timeout("2 min");

  async function createUnder(env: NodeJS.ProcessEnv): Promise<string> {
    const scene = await Scene.start({ env, config: { "fluents:maxRetries": "1" } });
    try {
      scene.emulator.setFaults([{ path: "create", fault: { kind: "status", status: 503, retryAfter: 0 } }]);
      await scene.provider.create(sampleArguments);
    } finally {
      // It searches stderr for secrets.
      await scene.close();
    }
    return scene.provider.stderr;
  }

  it("has method, path, status, attempt, duration and request id of each request, and nothing secret", async () => {
    const lines = (await createUnder({ FLUENTS_DEBUG: "1" })).split("\n").filter((line) => line !== "");
    const request = (answer: string) =>
      new RegExp(`^fluents: ${answer}, attempt \\d, \\d+ ms, request id [0-9a-z-]+$`);
    assert.equal(lines.length, 4);
    assert.match(lines[0] ?? "", request("GET /v1/account_connections/list 200"));
    assert.match(lines[1] ?? "", request("POST /v1/account_connections/create 503"));
    assert.match(
      lines[2] ?? "",
      /^fluents: POST \/v1\/account_connections\/create Fluents answered 503, attempt 2 in \d+ ms$/,
    );
    assert.match(lines[3] ?? "", request("POST /v1/account_connections/create 201"));
  });

  it("is silent unless it is asked for", async () => {
    assert.equal(await createUnder({}), "");
  });
});
