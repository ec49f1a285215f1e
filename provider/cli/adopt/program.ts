import CodeBlockWriter from "code-block-writer";

import { AccountConnectionType } from "../../account-connection-type";
import { isJsonObject, joinPath } from "../../json";
import { quoteKey, quoteText } from "./literals";
import type { ResourceName } from "./naming";
import type { ResourcePlan, SecretValue } from "./resource";

/** A resource with its names. */
export interface NamedResource {
  readonly name: ResourceName;
  readonly plan: ResourcePlan;
  /** Keys of the stack's configuration, by the path of the secret. */
  readonly configKeys: ReadonlyMap<string, string>;
}

/** Prettier's default. */
const longestLine = 80;

const introduction = `// Account connections of Fluents that exist already: \`pulumi up\` adopts them by
// their ids, and sends only what Fluents masks. Written by \`pulumi-fluents
// adopt\`; yours to edit. An argument that is not here is not managed: its value
// at Fluents stays.`;

const typeNames = new Map<string, string>(
  Object.entries(AccountConnectionType).map(([name, type]) => [
    type,
    `fluents.AccountConnectionType.${name}`,
  ]),
);

/** Writes a whole TypeScript program that adopts connections, formatted as Prettier does. */
export function writeProgram(resources: readonly NamedResource[]): string {
  const writer = new CodeBlockWriter({ indentNumberOfSpaces: 2, newLine: "\n" });
  writer.writeLine(introduction).blankLine();
  const hasSecrets = resources.some(({ plan }) => plan.secrets.length > 0);
  if (hasSecrets) {
    writer.writeLine('import * as pulumi from "@pulumi/pulumi";');
  }
  writer.writeLine('import * as fluents from "pulumi-fluents";');
  if (hasSecrets) {
    writer.blankLine().writeLine("const config = new pulumi.Config();");
  }
  for (const resource of resources) {
    new ResourceWriter(writer, resource).write();
  }
  writer.blankLine().writeLine("/** Ids of the connections. */");
  writer.write("export const connectionIds = ").inlineBlock(() => {
    for (const { name } of resources) {
      writeFitting(writer, `${name.variable}:`, `${name.variable}.id,`);
    }
  });
  return writer.write(";").newLine().toString();
}

class ResourceWriter {
  readonly #secrets: ReadonlyMap<string, SecretValue>;

  constructor(
    private readonly writer: CodeBlockWriter,
    private readonly resource: NamedResource,
  ) {
    this.#secrets = new Map(resource.plan.secrets.map((secret) => [secret.path, secret]));
  }

  write(): void {
    const { writer } = this;
    const { name } = this.resource;
    writer.blankLine();
    this.#writeNotes();
    const declaration = `const ${name.variable} =`;
    const start = "new fluents.AccountConnection(";
    const nameText = quoteText(name.resource);
    if (fits(writer, `${declaration} ${start}${nameText}, {`)) {
      writer.write(`${declaration} ${start}${nameText}, `);
      this.#writeArguments();
      writer.write(");").newLine();
      return;
    }
    const writeCall = () => {
      writer
        .write(start)
        .newLine()
        .indent(() => {
          writer.writeLine(`${nameText},`);
          this.#writeArguments();
          writer.write(",").newLine();
        });
      writer.writeLine(");");
    };
    writer.write(declaration);
    if (fits(writer, `${declaration} ${start}`)) {
      writer.write(" ");
      writeCall();
    } else {
      writer.newLine().indent(writeCall);
    }
  }

  #writeArguments(): void {
    this.writer.inlineBlock(() => {
      this.#writeEntries("", this.resource.plan.args);
    });
  }

  #writeNotes(): void {
    const { plan, configKeys } = this.resource;
    const masked = plan.secrets.filter(({ isMasked }) => isMasked);
    if (masked.length > 0) {
      const keys = masked.map(({ path }) => configKeys.get(path) ?? "");
      this.writer.writeLine(`// Fluents masks these, set their true values first: ${keys.join(", ")}`);
    }
    for (const { path, reason } of plan.leftOut) {
      this.writer.writeLine(`// Not managed: ${escapeComment(path)}: ${escapeComment(reason)}`);
    }
  }

  #writeEntries(path: string, object: object): void {
    for (const [key, value] of Object.entries(object)) {
      this.#writeItem(`${quoteKey(key)}:`, joinPath(path, key), value);
    }
  }

  /** Writes an entry of an object, or without `label` one of an array, with its comma. */
  #writeItem(label: string, path: string, value: unknown): void {
    const { writer } = this;
    const start = label === "" ? "" : `${label} `;
    const inline = this.#renderInline(path, value);
    if (inline !== undefined && fits(writer, `${start}${inline},`)) {
      writer.writeLine(`${start}${inline},`);
    } else if (this.#secrets.has(path)) {
      const { method, key } = this.#describeSecret(path);
      if (label !== "" && !fits(writer, `${start}${method}(`)) {
        writer.writeLine(label).indent(() => {
          this.#writeItem("", path, value);
        });
      } else {
        writer.writeLine(`${start}${method}(`).indent(() => {
          writer.writeLine(`${key},`);
        });
        writer.writeLine("),");
      }
    } else if (Array.isArray(value)) {
      writer.writeLine(`${start}[`).indent(() => {
        value.forEach((item, index) => {
          this.#writeItem("", joinPath(path, String(index)), item);
        });
      });
      writer.writeLine("],");
    } else if (isJsonObject(value)) {
      writer.write(start).inlineBlock(() => {
        this.#writeEntries(path, value);
      });
      writer.write(",").newLine();
    } else {
      writeFitting(writer, label, `${inline ?? ""},`);
    }
  }

  /** A value on one line; absent for objects that are not empty, and for what holds such. */
  #renderInline(path: string, value: unknown): string | undefined {
    if (this.#secrets.has(path)) {
      const { method, key } = this.#describeSecret(path);
      return `${method}(${key})`;
    }
    if (Array.isArray(value)) {
      const items = value.map((item, index) => this.#renderInline(joinPath(path, String(index)), item));
      return items.includes(undefined) ? undefined : `[${items.join(", ")}]`;
    }
    if (isJsonObject(value)) {
      return Object.keys(value).length === 0 ? "{}" : undefined;
    }
    if (typeof value === "string") {
      return (path === "/type" ? typeNames.get(value) : undefined) ?? quoteText(value);
    }
    return JSON.stringify(value);
  }

  #describeSecret(path: string): { readonly method: string; readonly key: string } {
    const value = this.#secrets.get(path)?.value;
    const readers: Partial<Record<string, string>> = { number: "Number", boolean: "Boolean" };
    return {
      method: `config.requireSecret${readers[typeof value] ?? ""}`,
      key: quoteText(this.resource.configKeys.get(path) ?? ""),
    };
  }
}

function fits(writer: CodeBlockWriter, line: string): boolean {
  return writer.getIndentationLevel() * 2 + line.length <= longestLine;
}

/** Writes a label and a text that cannot be broken: on two lines where one is too short. */
function writeFitting(writer: CodeBlockWriter, label: string, text: string): void {
  if (label === "" || fits(writer, `${label} ${text}`)) {
    writer.writeLine(`${label} ${text}`.trimStart());
  } else {
    writer.writeLine(label).indent(() => {
      writer.writeLine(text);
    });
  }
}

/** On one line, whatever the text holds. */
function escapeComment(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
