import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

import { guidesFolder } from "./after-readme";

const provider = join(__dirname, "..", "..", "provider");

/** What stands for a value in the text of a message, and for anything in words that the guide quotes. */
const gap = "…";

/** The part of the guide that is about this package: its codes as headings, and the words of its messages in bold code. */
function readEntries(): { readonly codes: string[]; readonly quotes: string[] } {
  const text = readFileSync(join(guidesFolder, "troubleshooting.md"), "utf8");
  const ours = text.slice(text.indexOf("\n## Errors by code"), text.indexOf("\n## Messages of Pulumi"));
  return {
    codes: Array.from(ours.matchAll(/^### (.+)$/gm), ([, code = ""]) => code),
    quotes: Array.from(ours.matchAll(/\*\*`([^`]+)`\*\*/g), ([, quote = ""]) => quote.replace(/\s+/g, " ")),
  };
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(join(provider, file), "utf8"), ts.ScriptTarget.Latest, true);
}

function listNodes(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  node.forEachChild((child) => {
    children.push(...listNodes(child));
  });
  return [node, ...children];
}

/** The members of the union `ErrorCode`. */
function listCodes(): string[] {
  const declaration = listNodes(parse("errors.ts")).find(
    (node) => ts.isTypeAliasDeclaration(node) && node.name.text === "ErrorCode",
  );
  assert.ok(declaration !== undefined);
  return listNodes(declaration)
    .filter((node) => ts.isStringLiteral(node))
    .map(({ text }) => text);
}

/** The text of an expression, joined over `+`, with a gap for each value in it; absent if it is none. */
function readText(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) {
    return node.text;
  }
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => gap + literal.text).join("");
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [readText(node.left), readText(node.right)];
    return left === undefined && right === undefined ? undefined : (left ?? gap) + (right ?? gap);
  }
  return undefined;
}

/** The texts in the source of the provider, wherever a message may come from. */
function listTexts(): string[] {
  const files = readdirSync(provider, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => listNodes(parse(file)).map(readText))
    .filter((text) => text !== undefined);
}

/** Whether the parts of a quote are in the text, in order. */
function isIn(text: string, quote: string): boolean {
  let position = 0;
  return quote.split(gap).every((part) => {
    const found = text.indexOf(part.trim(), position);
    position = found + part.trim().length;
    return found >= 0;
  });
}

describe("the guide to errors", () => {
  const { codes, quotes } = readEntries();

  it("has an entry for each code, in the order of the alphabet, and none for another", () => {
    assert.deepEqual(codes, listCodes().toSorted());
  });

  it("quotes each message as it is in the source", () => {
    const texts = listTexts();
    assert.ok(quotes.length >= codes.length);
    assert.deepEqual(
      quotes.filter((quote) => !texts.some((text) => isIn(text, quote))),
      [],
    );
  });

  it("would not find words that no message has", () => {
    const texts = listTexts();
    assert.ok(texts.some((text) => isIn(text, "connection … is gone")));
    assert.ok(!texts.some((text) => isIn(text, "connection … is lost")));
    assert.ok(!texts.some((text) => isIn(text, "is gone … connection")));
  });
});
