import assert from "node:assert/strict";

import type { FaultRule } from "../emulator/faults";
import {
  programOfMany,
  testApiKey,
  TestStack,
  type PulumiResult,
  type StateResource,
} from "../helpers/stack";
import { assertAgreement, assertScrubbed } from "./agreement";
import { readErrors } from "./read-errors";
import { listCells, type Cell, type CellArguments, type Verb } from "./matrix-verbs";

/** What a cell showed. */
export interface CellRecord {
  readonly cell: Cell;
  /** Id of the connection, once the cell is mended. */
  readonly id: string;
  /** Text of the error under the fault; absent if there was none. */
  readonly told: string | undefined;
  /** Endpoints that the cell called under the fault, in order, e.g. `create`. */
  readonly calls: readonly string[];
  /** Endpoints that the cell called in the `up` after the fault was lifted. */
  readonly mendingCalls: readonly string[];
}

const commandOptions = ["--parallel", "100"];

/** A stack in which each cell of some verbs has a resource of its own. */
export class MatrixStack {
  readonly cells: readonly Cell[];
  readonly #stack: TestStack;
  readonly #foreignId: string;
  readonly #ids = new Map<string, string>();
  /** Ids in the program. */
  readonly #adopted = new Map<string, string>();
  readonly #outputs: string[] = [];

  private constructor(stack: TestStack, verbs: readonly Verb[]) {
    this.#stack = stack;
    this.cells = verbs.flatMap(listCells);
    this.#foreignId = stack.service.add({
      type: "account_connection_deepgram",
      label: "made by hand",
      credentials: { deepgram_api_key: "dashboard-key" },
    }).id;
  }

  /** Makes the stack with what its cells need before the faults. Close it in the end. */
  static async create(verbs: readonly Verb[]): Promise<MatrixStack> {
    const stack = await TestStack.create({
      program: programOfMany({}),
      env: {
        FLUENTS_MAX_RETRIES: "1",
        FLUENTS_REQUEST_TIMEOUT_SECONDS: "2",
        FLUENTS_MAX_CONCURRENCY: "100",
      },
    });
    try {
      const matrix = new MatrixStack(stack, verbs);
      await matrix.#prepare();
      return matrix;
    } catch (error) {
      await stack.close();
      throw error;
    }
  }

  async #prepare(): Promise<void> {
    for (const cell of this.cells) {
      if (cell.verb.adopted !== undefined) {
        const { id } = this.#stack.service.add(cell.verb.adopted(cell));
        this.#ids.set(cell.name, id);
        this.#adopted.set(cell.name, id);
      }
    }
    if (this.cells.some(({ verb }) => verb.before !== undefined)) {
      this.#write((cell) => cell.verb.before?.(cell));
      await this.#run("up");
      for (const [name, { id }] of Object.entries(await this.#stack.readResources())) {
        this.#ids.set(name, id ?? "");
      }
    }
    for (const cell of this.cells) {
      if (cell.verb.disturb !== undefined) {
        this.#stack.service.change(this.#idOf(cell), cell.verb.disturb(cell));
      }
    }
  }

  /** Runs the command under the faults, then one `up` without; checks that it mends everything. */
  async run(): Promise<CellRecord[]> {
    const command = this.cells[0]?.verb.command ?? "up";
    this.#write((cell) => this.#argumentsAfter(cell));
    const { otherFault, isAdvised, hasNoList } = this.cells[0]?.verb ?? {};
    const lasting: readonly FaultRule[] =
      hasNoList === true ? [{ path: "list", times: Infinity, fault: { kind: "status", status: 404 } }] : [];
    this.#stack.emulator.setFaults([
      ...this.cells.map((cell) => this.#describeFault(cell)),
      ...(otherFault === undefined ? [] : [otherFault]),
      ...lasting,
    ]);
    const faulty = await this.#run(command, "any");
    this.#stack.emulator.setFaults([...lasting]);
    if (isAdvised === true) {
      await this.#followAdvice();
    }
    const mending = await this.#run("up", 0, command === "refresh" ? ["--refresh"] : []);
    const resources = await this.#stack.readResources();
    for (const cell of this.cells) {
      this.#assertMended(cell, resources[cell.name]);
    }
    assert.equal(this.#stack.service.list().length, this.cells.length + 1, "connections at the service");
    await this.#run("refresh", 0, ["--expect-no-changes"]);
    await this.#assertNothingShown();
    const errors = readErrors(faulty.output);
    return this.cells.map((cell) => ({
      cell,
      id: this.#idOf(cell),
      told: errors.get(cell.name),
      calls: this.#callsOf(cell, faulty),
      mendingCalls: this.#callsOf(cell, mending),
    }));
  }

  /** Runs an `up` that stops at the duplicate guard, and does what its errors say. */
  async #followAdvice(): Promise<void> {
    const refused = await this.#run("up", 1);
    const errors = readErrors(refused.output);
    assert.ok(
      refused.requests.every(({ method }) => method === "GET"),
      "nothing was written",
    );
    for (const { name } of this.cells) {
      const error = errors.get(name) ?? "";
      assert.match(error, /^Fluents has a connection with this type and label already/, `${name}: ${error}`);
      const advice = /^\s*connectionId: "(.+)",$/m.exec(error);
      this.#adopted.set(name, advice?.[1] ?? "");
    }
    this.#write((cell) => this.#argumentsAfter(cell));
  }

  async close(): Promise<void> {
    await this.#stack.close();
  }

  async #run(
    command: "up" | "refresh" | "destroy",
    expectCode: number | "any" = 0,
    options: readonly string[] = [],
  ): Promise<PulumiResult> {
    const result = await this.#stack[command](
      [...commandOptions, ...(command === "refresh" ? [] : ["--continue-on-error"]), ...options],
      { expectCode },
    );
    this.#outputs.push(result.output);
    return result;
  }

  #write(argumentsOf: (cell: Cell) => CellArguments | undefined): void {
    const resources = this.cells.flatMap((cell) => {
      const args = argumentsOf(cell);
      return args === undefined ? [] : [[cell.name, JSON.stringify(args)] as const];
    });
    this.#stack.write(programOfMany(Object.fromEntries(resources)));
  }

  #argumentsAfter(cell: Cell): CellArguments | undefined {
    const args = cell.verb.after?.(cell);
    const connectionId = this.#adopted.get(cell.name);
    return args === undefined || connectionId === undefined ? args : { ...args, connectionId };
  }

  #describeFault(cell: Cell): FaultRule {
    const { fault, verb, round, oldSecret, newSecret } = cell;
    const known = JSON.stringify([verb.before?.(cell), verb.after?.(cell)]);
    const isNew = verb.operation === "create";
    return {
      path: verb.operation,
      ...(isNew ? { label: cell.name } : { id: this.#idOf(cell) }),
      times: round === "once" ? 1 : Infinity,
      fault: fault.make({
        secrets: [...[oldSecret, newSecret].filter((secret) => known.includes(secret)), testApiKey],
        elsewhere: `${this.#stack.emulator.url.replace("127.0.0.1", "localhost")}/elsewhere`,
        foreignId: this.#foreignId,
      }),
    };
  }

  #idOf({ name }: Cell): string {
    const id = this.#ids.get(name);
    assert.ok(id, `${name} has no id`);
    return id;
  }

  #callsOf(cell: Cell, { requests }: PulumiResult): string[] {
    const id = this.#idOf(cell);
    return requests
      .filter(
        ({ query, body }) =>
          query.id === id || (body as { label?: unknown } | undefined)?.label === cell.name,
      )
      .map(({ path }) => path.replace(/^\/v1\/account_connections\/?/, "") || "get");
  }

  #assertMended(cell: Cell, resource: StateResource | undefined): void {
    const args = this.#argumentsAfter(cell);
    if (args === undefined) {
      assert.equal(resource, undefined, `${cell.name} is still in the state`);
      assertScrubbed(cell, this.#stack.service.get(this.#idOf(cell)));
      return;
    }
    this.#ids.set(cell.name, resource?.id ?? "");
    assertAgreement(cell, args, resource, this.#stack.service.get(this.#idOf(cell)));
  }

  async #assertNothingShown(): Promise<void> {
    const texts = [...this.#outputs, await this.#stack.exportState()];
    for (const text of texts) {
      assert.doesNotMatch(text, /HUNTER2/);
      assert.ok(!text.includes(testApiKey), "the API key is shown");
    }
    const visited = this.#stack.emulator.journal.map(({ path }) => path);
    assert.ok(!visited.includes("/elsewhere"), "a redirect was followed");
  }
}
