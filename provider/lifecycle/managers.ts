/** Which resources of this run's program manage which connection. */
export class Managers {
  readonly #urns = new Map<string, Set<string>>();

  /**
   * Takes note of a resource.
   *
   * @returns the URN of another that manages the connection, when it is first noted
   */
  add(id: string, urn: string | undefined): string | undefined {
    const urns = this.#urns.get(id) ?? new Set();
    this.#urns.set(id, urns);
    if (urn === undefined || urns.has(urn)) {
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
