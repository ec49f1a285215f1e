import { connect, type Socket } from "node:net";

/** A connection on loopback takes less than a millisecond, unless the machine is overloaded. In milliseconds. */
const patienceMs = 2_000;

/** Sees whether the engine that started this process is still there: after `kill -9` of the CLI the process lives on. */
export class EngineWatch {
  /** Open as long as the engine is there, or until it closes a connection that says nothing. */
  #connection: Socket | undefined;

  /** @param address host and port of the engine's gRPC server */
  constructor(private readonly address: string) {}

  /** Whether the engine is there. Connects only if no connection is open. */
  async isEngineThere(): Promise<boolean> {
    return this.#connection !== undefined || (await this.#connect());
  }

  async #connect(): Promise<boolean> {
    const { hostname, port } = new URL(`tcp://${this.address}`);
    return new Promise((resolve) => {
      const socket = connect({ host: hostname, port: Number(port), timeout: patienceMs });
      socket.unref().resume();
      socket.once("connect", () => {
        socket.setTimeout(0);
        this.#connection = socket;
        resolve(true);
      });
      socket.once("timeout", () => {
        socket.destroy();
        // Nobody refused: the engine is busy, not gone.
        resolve(true);
      });
      socket.on("error", () => {
        resolve(false);
      });
      socket.once("close", () => {
        if (this.#connection === socket) {
          this.#connection = undefined;
        }
      });
    });
  }
}
