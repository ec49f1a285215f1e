import { connect } from "node:net";

/** A connection on loopback takes less than a millisecond, unless the machine is overloaded. In milliseconds. */
const patienceMs = 2_000;

/**
 * Whether the engine that started this process is still there. After `kill -9` of the CLI the provider process lives on.
 *
 * @param address host and port of the engine's gRPC server
 */
export async function isEngineThere(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: patienceMs });
    const settle = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("connect", () => {
      settle(true);
    });
    socket.once("error", () => {
      settle(false);
    });
    // Nobody refused: the engine is busy, not gone.
    socket.once("timeout", () => {
      settle(true);
    });
  });
}
