import { connect, type Socket } from "node:net";
import { setImmediate as untilEventsAreRead } from "node:timers/promises";

/** A connection on loopback takes less than a millisecond, unless the machine is overloaded. In milliseconds. */
const patienceMs = 2_000;

/** What a connection to a port fails with where nobody listens. */
const refusals: readonly (string | undefined)[] = ["ECONNREFUSED", "ECONNRESET"];

/** Sees whether the engine that started this process is still there: after `kill -9` of the CLI the process lives on. */
export class EngineWatch {
  /** Open as long as the engine is there, or until it closes a connection that says nothing. */
  #connection: Socket | undefined;
  #connecting: Promise<boolean> | undefined;

  /** @param address host and port of the engine's gRPC server */
  constructor(private readonly address: string) {}

  /** Whether the engine is there. Connects only if no connection is open. */
  async isEngineThere(): Promise<boolean> {
    // The end of the connection may have come, and not have been read yet.
    await untilEventsAreRead();
    if (this.#connection !== undefined) {
      return true;
    }
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connect(): Promise<boolean> {
    const { hostname, port } = new URL(`tcp://${this.address}`);
    return new Promise((resolve) => {
      const socket = connect({ host: hostname, port: Number(port), timeout: patienceMs });
      const forget = () => {
        if (this.#connection === socket) {
          this.#connection = undefined;
        }
      };
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
      socket.on("error", ({ code }: NodeJS.ErrnoException) => {
        resolve(!refusals.includes(code));
      });
      socket.once("end", forget);
      socket.once("close", forget);
    });
  }
}
