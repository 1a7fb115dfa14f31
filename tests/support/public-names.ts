import ts from "typescript";
import { declarationOf, exportsOf, importedFrom } from "./docstrings.js";

/**
 * The names that a file exports. For a class or an enum: with its members, those of the classes that it extends included.
 * Members that are private or `@internal` do not count.
 *
 * @param file the path of a TypeScript file with `export { … } from "…"`
 */
export function publicNames(file: string): Map<string, Set<string>> {
  return new Map(
    exportsOf(file).map(({ name, source }) => [name, new Set(memberNames(declarationOf(name, source), source))]),
  );
}

function memberNames(declaration: ts.Statement, source: ts.SourceFile): string[] {
  if (ts.isEnumDeclaration(declaration)) return declaration.members.map(({ name }) => name.getText(source));
  if (!ts.isClassDeclaration(declaration)) return [];
  const parameters = declaration.members.filter(ts.isConstructorDeclaration).flatMap((it) => [...it.parameters]);
  const own = [...declaration.members, ...parameters.filter((it) => ts.isParameterPropertyDeclaration(it, it.parent))]
    .filter((member) => !isHidden(member, source))
    .flatMap(({ name }) => (name ? [name.getText(source)] : []));
  const base = declaration.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  if (!base) return own;
  const name = base.expression.getText(source);
  const from = importedFrom(name, source) ?? source;
  return [...own, ...memberNames(declarationOf(name, from), from)];
}

function isHidden(member: ts.ClassElement | ts.ParameterDeclaration, source: ts.SourceFile): boolean {
  if (ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) return true;
  const comments = ts.getLeadingCommentRanges(source.text, member.getFullStart()) ?? [];
  return comments.some(({ pos, end }) => source.text.slice(pos, end).includes("@internal"));
}
