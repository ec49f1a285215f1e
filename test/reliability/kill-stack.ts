import assert from "node:assert/strict";

import type { FaultRule } from "../emulator/faults";
import type { JournalEntry } from "../emulator/journal";
import { programOfMany, testApiKey, TestStack, type PulumiResult } from "../helpers/stack";
import type { KillPoint, PointArguments } from "./kill-points";
import { readErrors } from "./read-errors";
import { RunningPulumi } from "./running-pulumi";
import { waitUntil } from "./wait-until";

const guardError = /^Fluents has a connection with this type and label already/;

/** A stack in which each point has a resource of its own. */
export class KillStack {
  /** Called when a request is answered or refused, before the answer leaves. */
  onSettled: (entry: Readonly<JournalEntry>) => void = () => undefined;
  readonly #adoptedIds = new Map<string, string>();
  readonly #ids = new Map<string, string>();
  readonly #outputs: string[] = [];
  #running: RunningPulumi | undefined;

  private constructor(
    readonly points: readonly KillPoint[],
    readonly stack: TestStack,
  ) {}

  /** Makes the stack, and what its points need before. Close it in the end. */
  static async create(points: readonly KillPoint[]): Promise<KillStack> {
    const stack = await TestStack.create({
      program: programOfMany({}),
      env: { FLUENTS_REQUEST_TIMEOUT_SECONDS: "5", FLUENTS_MAX_CONCURRENCY: "100" },
      emulator: {
        onSettled: (entry) => {
          killStack.onSettled(entry);
        },
      },
    });
    const killStack = new KillStack(points, stack);
    await killStack.#prepare();
    return killStack;
  }

  async #prepare(): Promise<void> {
    for (const { name, isAdoption, after } of this.points) {
      if (isAdoption === true) {
        const { id } = this.stack.service.add({ ...after, label: name });
        this.#adoptedIds.set(name, id);
        this.#ids.set(name, id);
      }
    }
    this.#write(({ before }) => before);
    await this.#run("up");
    for (const [name, { id }] of Object.entries(await this.stack.readResources())) {
      this.#ids.set(name, id ?? "");
    }
    this.#write((point) => this.#argumentsOf(point));
  }

  /** Starts a command under faults that stop each resource at its point. */
  start(command: "up" | "refresh"): RunningPulumi {
    this.stack.emulator.setFaults(this.points.flatMap((point) => this.#describeFaults(point)));
    const isUp = command === "up";
    this.#running = new RunningPulumi(this.stack, [
      command,
      "--parallel",
      "100",
      ...(isUp ? ["--continue-on-error"] : []),
    ]);
    return this.#running;
  }

  /** Waits until each resource has come to its point. */
  async untilReached(): Promise<void> {
    await waitUntil("each resource at its point", () =>
      this.points.every((point) =>
        this.#describeFaults(point).every((rule) =>
          this.stack.emulator.journal.some(({ fault }) => fault === rule.name),
        ),
      ),
    );
  }

  /** Lifts the faults, and goes on by `up`: it converges, or says how to. Gives the names of what had to be adopted. */
  async recover(): Promise<string[]> {
    this.stack.emulator.setFaults([]);
    const next = await this.#run("up", "any");
    const errors = readErrors(next.output);
    errors.delete("test-project-dev");
    for (const [name, error] of errors) {
      assert.match(error, guardError, `${name}: ${error}`);
      const advice = /^\s*connectionId: "(.+)",$/m.exec(error);
      this.#adoptedIds.set(name, advice?.[1] ?? "");
    }
    assert.equal(next.code, errors.size === 0 ? 0 : 1, next.output);
    if (errors.size > 0) {
      this.#write((point) => this.#argumentsOf(point));
      await this.#run("up");
    }
    await this.#assertConverged();
    return [...errors.keys()].toSorted();
  }

  /** Runs `pulumi cancel`, without which the lock of a killed CLI stays. */
  async cancel(): Promise<void> {
    const locked = await this.#run("up", "any");
    assert.equal(locked.code, 1);
    assert.match(locked.output, /the stack is currently locked/);
    assert.deepEqual(locked.requests, []);
    await this.stack.pulumi(["cancel", "--yes"]);
  }

  /** Stops the service, and what is left of the command. */
  async close(): Promise<void> {
    this.#running?.close();
    await this.stack.close();
  }

  async #run(
    command: "up" | "refresh",
    expectCode: 0 | "any" = 0,
    args: string[] = [],
  ): Promise<PulumiResult> {
    const result = await this.stack[command](
      [...(command === "up" ? ["--continue-on-error"] : []), "--parallel", "100", ...args],
      { expectCode },
    );
    this.#outputs.push(result.output);
    return result;
  }

  #write(argumentsOf: (point: KillPoint) => PointArguments | undefined): void {
    const resources = this.points.flatMap((point) => {
      const args = argumentsOf(point);
      return args === undefined ? [] : [[point.name, JSON.stringify(args)] as const];
    });
    this.stack.write(programOfMany(Object.fromEntries(resources)));
  }

  #argumentsOf({ name, after }: KillPoint): PointArguments {
    const connectionId = this.#adoptedIds.get(name);
    return connectionId === undefined ? after : { ...after, connectionId };
  }

  #describeFaults({ name, operation, fault, after, otherRule }: KillPoint): FaultRule[] {
    const id = this.#ids.get(name);
    const target = operation === "list" ? {} : id === undefined ? { label: after.label } : { id };
    const rule = { name, path: operation, times: Infinity, fault, ...target };
    return otherRule === undefined ? [rule] : [rule, { name: `${name}, other`, ...otherRule }];
  }

  async #assertConverged(): Promise<void> {
    const resources = await this.stack.readResources();
    assert.deepEqual(Object.keys(resources).toSorted(), this.points.map(({ name }) => name).toSorted());
    const known = new Set(Object.values(resources).map(({ id }) => id));
    assert.equal(known.size, this.points.length, "each resource has a connection of its own");
    assert.equal(this.stack.service.list().length, this.points.length, "connections at the service");
    for (const { name, after } of this.points) {
      const { id = "", outputs = {}, initErrors = [] } = resources[name] ?? {};
      const { label, credentials, config } = this.stack.service.get(id) ?? {};
      const declared = { label: after.label, credentials: after.credentials, config: after.config };
      assert.deepEqual({ label, credentials, config }, declared, `${name}: the service and the program`);
      const stored = { label: outputs.label, credentials: outputs.credentials, config: outputs.config };
      assert.deepEqual(stored, declared, `${name}: the state and the program`);
      assert.deepEqual(initErrors, [], name);
    }
    await this.#run("refresh", 0, ["--expect-no-changes"]);
    for (const text of [this.#running?.output ?? "", ...this.#outputs, await this.stack.exportState()]) {
      assert.ok(!text.includes("HUNTER2"), "a credential is shown");
      assert.ok(!text.includes(testApiKey), "the API key is shown");
    }
  }
}
