/** A resource that manages a connection. */
interface Manager {
  readonly urn: string;
  /** Its URN in the state, where an alias has renamed it since. */
  readonly formerUrn: string | undefined;
}

/** Which resources of the program that runs manage which connection. */
export class Managers {
  readonly #declared = new Set<string>();
  readonly #byId = new Map<string, Manager[]>();
  readonly #adopted = new Set<string>();

  /** Takes note of a resource that the program declares. */
  declare(urn: string): void {
    this.#declared.add(urn);
  }

  /** Whether the program declares a resource. A refresh looks at others too, and under names that they had. */
  isDeclared(urn: string): boolean {
    return this.#declared.has(urn);
  }

  /**
   * Takes note of what a resource manages.
   *
   * @returns the URN of another that manages the connection, when it is first noted
   */
  add(id: string, urn: string, formerUrn?: string): string | undefined {
    const managers = this.#byId.get(id) ?? [];
    this.#byId.set(id, managers);
    if (managers.some((manager) => manager.urn === urn)) {
      return undefined;
    }
    managers.push({ urn, formerUrn });
    return this.findOther(id, urn);
  }

  /** Takes note of a connection that a resource has adopted or will adopt: a replacement must not scrub it. */
  adopt(id: string): void {
    this.#adopted.add(id);
  }

  /** Whether a resource has adopted the connection or will adopt it. */
  isAdopted(id: string): boolean {
    return this.#adopted.has(id);
  }

  /** The URN of a resource other than `urn` that manages the connection. */
  findOther(id: string, urn: string | undefined): string | undefined {
    return this.#byId.get(id)?.find((manager) => manager.urn !== urn && manager.formerUrn !== urn)?.urn;
  }
}
