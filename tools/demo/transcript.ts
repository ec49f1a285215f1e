import { styleText } from "node:util";

/** What the demo prints, kept so that it can be searched for secrets. */
export class Transcript {
  /** Whether colours make sense. `FORCE_COLOR` asks for them where there is no terminal. */
  readonly isColoured =
    process.env["NO_COLOR"] === undefined &&
    (process.stdout.isTTY || process.env["FORCE_COLOR"] !== undefined);
  #text = "";

  /** Everything that was printed so far. */
  get text(): string {
    return this.#text;
  }

  /** Passes output on as it is. */
  write(chunk: string): void {
    this.#text += chunk;
    process.stdout.write(chunk);
  }

  /** A line of plain text. */
  line(text = ""): void {
    this.write(`${text}\n`);
  }

  /** The title of a step. */
  title(text: string): void {
    this.line();
    this.line(this.#style("bold", `=== ${text}`));
  }

  /** A command line, as a user types it. */
  command(text: string): void {
    this.line();
    this.line(this.#style("cyan", `$ ${text}`));
  }

  /** Something that was checked and is so. */
  checked(text: string): void {
    this.line(this.#style("green", `checked: ${text}`));
  }

  #style(format: "bold" | "cyan" | "green", text: string): string {
    return this.isColoured ? styleText(format, text) : text;
  }
}
