import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/** A name that a module exports, and the examples in its docstring and in the docstrings of its members. */
export interface Documented {
  name: string;
  /** Whether the docstring of the export itself has an example. */
  hasExample: boolean;
  examples: Example[];
}

export interface Example {
  /** The documented element: `HttpContext.sendResponse`. */
  of: string;
  code: string;
}

/**
 * Reads the docstrings of all names that a file re-exports with `export { … } from "…"`.
 *
 * @param file the path of a TypeScript file
 * @throws Error if an export has no declaration in the file that it comes from
 */
export function documentedExports(file: string): Documented[] {
  return exportsOf(file).map(({ name, source }) => {
    const declaration = declarationOf(name, source);
    const members = membersOf(declaration, source);
    const own = examplesOf(declaration, name);
    return {
      name,
      hasExample: own.length > 0,
      examples: [...own, ...members.flatMap((member) => examplesOf(member, `${name}.${member.name?.getText() ?? ""}`))],
    };
  });
}

/** The names that a file re-exports, and the files that declare them. */
export function exportsOf(file: string): { name: string; source: ts.SourceFile }[] {
  return parse(file).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause || !statement.moduleSpecifier) return [];
    if (!ts.isNamedExports(statement.exportClause) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const source = resolve(join(dirname(file), statement.moduleSpecifier.text));
    return statement.exportClause.elements.map(({ name }) => originOf(name.text, source));
  });
}

/** Follows re-exports, such as those of `json/index.ts`, to the file that declares a name. */
function originOf(name: string, file: string): { name: string; source: ts.SourceFile } {
  const origin = exportsOf(file).find((it) => it.name === name);
  return origin ?? { name, source: parse(file) };
}

/** The members of a class and of the classes that it extends, in other files too. */
function membersOf(declaration: ts.Node, source: ts.SourceFile): ts.ClassElement[] {
  if (!ts.isClassDeclaration(declaration)) return [];
  const base = declaration.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  const name = base && ts.isIdentifier(base.expression) ? base.expression.text : undefined;
  const file = name === undefined ? undefined : importedFrom(name, source);
  if (name === undefined || file === undefined) return [...declaration.members];
  return [...declaration.members, ...membersOf(declarationOf(name, file), file)];
}

/** The file that a name is imported from. */
export function importedFrom(name: string, source: ts.SourceFile): ts.SourceFile | undefined {
  for (const it of source.statements) {
    if (!ts.isImportDeclaration(it) || !ts.isStringLiteral(it.moduleSpecifier)) continue;
    const names = it.importClause?.namedBindings;
    if (!names || !ts.isNamedImports(names) || !names.elements.some((element) => element.name.text === name)) continue;
    return parse(resolve(join(dirname(source.fileName), it.moduleSpecifier.text)));
  }
  return undefined;
}

function resolve(path: string): string {
  return ts.sys.fileExists(`${path}.ts`) ? `${path}.ts` : join(path, "index.ts");
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ESNext, true);
}

/** @throws Error if the file does not declare the name */
export function declarationOf(name: string, source: ts.SourceFile): ts.Statement {
  const found = source.statements.find((it) =>
    ts.isVariableStatement(it)
      ? it.declarationList.declarations.some((one) => one.name.getText(source) === name)
      : (ts.isClassDeclaration(it) || ts.isFunctionDeclaration(it) || ts.isEnumDeclaration(it)) &&
        it.name?.text === name,
  );
  if (!found) throw new Error(`${source.fileName} declares no ${name}`);
  return found;
}

function examplesOf(node: ts.Node, of: string): Example[] {
  return ts
    .getJSDocTags(node)
    .filter((tag) => tag.tagName.text === "example")
    .map((tag) => {
      // TypeScript takes a decorator in the example for the next tag, so the text is read from the source.
      const lines = tag.getSourceFile().text.slice(tag.pos, tag.parent.end).split("\n");
      const text = lines.map((line) => line.replace(/^ *\* ?(?!\/)/, "")).join("\n");
      const code = /^@example\s+```ts\n(.*?)\n```\s*(?:\*\/|@|$)/s.exec(text)?.[1];
      if (code === undefined) throw new Error(`${of}: expected an @example that is one block of \`\`\`ts`);
      return { of, code };
    });
}
