import { posix } from "node:path";

import ts from "typescript";

/** An import: what it names, and whether only types come of it. */
export interface Import {
  readonly specifier: string;
  readonly isTypeOnly: boolean;
  /** It is loaded by `import()`: not before the code around it runs. */
  readonly isLazy?: boolean;
}

/** Text of each file of a folder, by its path without extension. */
export type Sources = Readonly<Record<string, string>>;

/** All imports of a file: statements, re-exports, `import()` and anything that requires a literal. */
export function listImports(file: string, text: string): Import[] {
  const imports: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      imports.push({ specifier: node.moduleSpecifier.text, isTypeOnly: isTypeOnlyImport(node.importClause) });
    } else if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      const { exportClause } = node;
      const isTypeOnly =
        node.isTypeOnly ||
        (exportClause !== undefined &&
          ts.isNamedExports(exportClause) &&
          exportClause.elements.every((element) => element.isTypeOnly));
      imports.push({ specifier: node.moduleSpecifier.text, isTypeOnly });
    } else if (
      ts.isImportEqualsDeclaration(node) &&
      ts.isExternalModuleReference(node.moduleReference) &&
      ts.isStringLiteral(node.moduleReference.expression)
    ) {
      imports.push({ specifier: node.moduleReference.expression.text, isTypeOnly: node.isTypeOnly });
    } else if (ts.isCallExpression(node)) {
      const [argument] = node.arguments;
      const callee = node.expression.getText();
      if (argument && ts.isStringLiteralLike(argument) && /^import$|require\w*(\([^]*\))?$/i.test(callee)) {
        imports.push({ specifier: argument.text, isTypeOnly: false, isLazy: callee === "import" });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(`${file}.ts`, text, ts.ScriptTarget.Latest, true));
  return imports;
}

function isTypeOnlyImport(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) {
    return false;
  }
  const { namedBindings } = clause;
  return (
    clause.phaseModifier === ts.SyntaxKind.TypeKeyword ||
    (clause.name === undefined &&
      namedBindings !== undefined &&
      ts.isNamedImports(namedBindings) &&
      namedBindings.elements.every((element) => element.isTypeOnly))
  );
}

/** The file that a relative import names, or the package of another one. */
export function resolveImport(
  file: string,
  specifier: string,
): { readonly file: string } | { readonly package: string } {
  if (specifier.startsWith(".")) {
    return { file: posix.join(posix.dirname(file), specifier.replace(/\.js$/, "")) };
  }
  const [scope = "", name = ""] = specifier.split("/");
  return { package: scope.startsWith("@") ? `${scope}/${name}` : scope };
}

/** The files whose code runs when `file` is loaded, itself included. */
export function findReach(sources: Sources, file: string, reach = new Set<string>()): Set<string> {
  if (!reach.has(file)) {
    reach.add(file);
    for (const { specifier, isTypeOnly, isLazy } of listImports(file, sources[file] ?? "")) {
      const target = resolveImport(file, specifier);
      if (!isTypeOnly && isLazy !== true && "file" in target) {
        findReach(sources, target.file, reach);
      }
    }
  }
  return reach;
}
