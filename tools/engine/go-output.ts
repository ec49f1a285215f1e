/** Counts, from what the Go toolchain prints, how far a build is. */
export class GoBuildCounter {
  readonly #waiting: Set<string>;
  readonly total: number;

  /** @param packages the import paths of the packages that are to be compiled */
  constructor(packages: Iterable<string>) {
    this.#waiting = new Set(packages);
    this.total = this.#waiting.size;
  }

  /** How many packages `go build -v` has named so far. */
  get done(): number {
    return this.total - this.#waiting.size;
  }

  /** Takes one line of `go build -v`; lines that name no package of the build do not count. */
  addLine(line: string): void {
    this.#waiting.delete(line.trim());
  }
}

/** Whether a line of Go's output says that a module is being downloaded. */
export function isModuleDownload(line: string): boolean {
  return line.startsWith("go: downloading ");
}

/** Leaves of Go's output what explains a failure: no downloads, no package names; the last 15 lines. */
export function toFailureReason(lines: readonly string[]): string {
  return lines
    .filter((line) => line.trim() !== "" && !isModuleDownload(line) && !/^[\w./~-]+$/.test(line))
    .slice(-15)
    .join("\n");
}
