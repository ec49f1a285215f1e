/** Which resources of the program that runs manage which connection. */
export class Managers {
  readonly #declared = new Set<string>();
  readonly #urns = new Map<string, Set<string>>();

  /** Takes note of a resource that the program declares. A refresh looks at others too, and under names that they had. */
  declare(urn: string): void {
    this.#declared.add(urn);
  }

  /**
   * Takes note of what a declared resource manages.
   *
   * @returns the URN of another that manages the connection, when it is first noted
   */
  add(id: string, urn: string | undefined): string | undefined {
    const urns = this.#urns.get(id) ?? new Set();
    this.#urns.set(id, urns);
    if (urn === undefined || !this.#declared.has(urn) || urns.has(urn)) {
      return undefined;
    }
    urns.add(urn);
    return this.findOther(id, urn);
  }

  /** The URN of a resource other than `urn` that manages the connection. */
  findOther(id: string, urn: string | undefined): string | undefined {
    return [...(this.#urns.get(id) ?? [])].find((other) => other !== urn);
  }
}
