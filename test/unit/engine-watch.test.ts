import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

import { EngineWatch } from "../../provider/engine-watch";

describe("the watch on the engine", () => {
  let server: Server;
  let connections: Socket[];
  let watch: EngineWatch;

  beforeEach(async () => {
    connections = [];
    server = createServer((socket) => connections.push(socket.on("error", () => undefined)));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    watch = new EngineWatch(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  });

  afterEach(() => {
    for (const connection of connections) {
      connection.destroy();
    }
    server.close();
  });

  it("connects once, however often it is asked", async () => {
    for (let question = 0; question < 5; question++) {
      assert.equal(await watch.isEngineThere(), true);
    }
    assert.equal(connections.length, 1);
  });

  it("connects once, however many ask at a time", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => watch.isEngineThere()));
    assert.deepEqual(new Set(answers), new Set([true]));
    assert.equal(await watch.isEngineThere(), true);
    assert.equal(connections.length, 1);
  });

  it("sees at once that the engine is gone, before anything else was read", async () => {
    assert.equal(await watch.isEngineThere(), true);
    server.close();
    const [connection] = connections;
    assert.ok(connection);
    connection.destroy();
    await once(connection, "close");
    assert.equal(await watch.isEngineThere(), false);
  });

  it("sees that the engine is gone", async () => {
    assert.equal(await watch.isEngineThere(), true);
    server.close();
    await untilClosed();
    assert.equal(await watch.isEngineThere(), false);
  });

  it("connects again where only the connection was closed", async () => {
    assert.equal(await watch.isEngineThere(), true);
    await untilClosed();
    assert.equal(await watch.isEngineThere(), true);
    assert.equal(connections.length, 2);
  });

  /** Closes the connection and waits until the other end has seen it. */
  async function untilClosed(): Promise<void> {
    const [connection] = connections;
    assert.ok(connection);
    connection.end();
    await once(connection.resume(), "close");
  }
});
