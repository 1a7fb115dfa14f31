// Finds the classes that are marked with `@config`, and adds the methods with which the SDK fills their objects.

import { parseNodes } from "../parse-nodes.js";
import { docOf } from "./comments.js";

// Members of asc's NodeKind.
const IDENTIFIER = 7;
const IMPORT = 43;
const CLASS = 52;
const FIELD = 55;
const NAMESPACE = 60;

// Members of asc's CommonFlags.
const STATIC = 32;

const PACKAGE = "as-proxy-wasm-sdk";

/**
 * @typedef {object} Marked a class that is marked with `@config`
 * @property {any} node the declaration
 * @property {any} source
 * @property {any} mark the decorator
 * @property {any[]} fields the declarations of the fields that the configuration has
 * @property {Map<any, ReturnType<typeof docOf>>} docs the doc comments of the class and of its fields
 */

/**
 * Finds the marked classes of all sources.
 *
 * @param {any[]} sources
 * @returns {Marked[]}
 */
export function findMarked(sources) {
  return sources
    .filter(({ text }) => text.includes("@"))
    .flatMap((source) => {
      const names = decoratorNames(source.statements);
      if (names.length === 0) return [];
      return classesIn(source.statements).flatMap(({ node, from }) => {
        const mark = node.decorators?.find((/** @type {any} */ it) => names.includes(nameOf(it.name)));
        return mark ? [{ node, source, mark, ...membersOf(node, from) }] : [];
      });
    });
}

/** The fields and doc comments of a class. */
function membersOf(/** @type {any} */ node, /** @type {number} */ from) {
  const docs = new Map([[node, docOf(node, from)]]);
  const fields = [];
  let end = node.range.source.text.indexOf("{", (node.extendsType ?? node.name).range.end) + 1;
  for (const member of node.members) {
    if (member.kind === FIELD && !(member.flags & STATIC)) {
      const doc = docOf(member, end);
      docs.set(member, doc);
      if (!doc.tags.some(({ name }) => name === "ignore")) fields.push(member);
    }
    end = member.range.end;
  }
  return { docs, fields };
}

/** The names under which a file imports the decorator. */
function decoratorNames(/** @type {any[]} */ statements) {
  return statements.flatMap((statement) => {
    if (statement.kind !== IMPORT || statement.path.value !== PACKAGE) return [];
    const { declarations, namespaceName } = statement;
    if (namespaceName) return [`${namespaceName.text}.config`];
    return (declarations ?? [])
      .filter((/** @type {any} */ it) => it.foreignName.text === "config")
      .map((/** @type {any} */ it) => it.name.text);
  });
}

function nameOf(/** @type {any} */ expression) {
  return expression.kind === IDENTIFIER
    ? expression.text
    : `${expression.expression?.text}.${expression.property?.text}`;
}

/** The classes of a file, with the place where the text before each begins. */
function classesIn(/** @type {any[]} */ statements, from = 0) {
  /** @type {{ node: any, from: number }[]} */
  const found = [];
  for (const node of statements) {
    if (node.kind === CLASS) found.push({ node, from });
    if (node.kind === NAMESPACE) found.push(...classesIn(node.members, node.name.range.end));
    from = node.range.end;
  }
  return found;
}

/**
 * Adds two methods to each marked class: `__configIndex`, the index of the class in the table, and `__readConfig`, which
 * sets the fields.
 *
 * @param {any} parser asc's parser
 * @param {Marked[]} marked
 */
export function addMethods(parser, marked) {
  marked.forEach(({ node, source, fields }, index) => {
    const base = node.extendsType ? "super.__readConfig(r);" : "";
    const take = fields.map(({ name, type }) => {
      const text = type ? source.text.slice(type.range.start, type.range.end) : "i32";
      return `this.${name.text} = r.take<${text}>(this.${name.text});`;
    });
    const text = `import { ConfigReader as __ConfigReader } from "${PACKAGE}/assembly/config/reader";
class C {
  __configIndex(): i32 { return ${index}; }
  __readConfig(r: __ConfigReader): void { ${base} ${take.join(" ")} }
}`;
    const path = `${source.normalizedPath.replace(/\.ts$/, "")}~${index}.config.ts`;
    const [imports, { members }] = parseNodes(parser, text, path);
    if (!source.statements.some((/** @type {any} */ it) => it.kind === IMPORT && importsReader(it))) {
      source.statements.unshift(imports);
    }
    node.members.push(...members);
  });
}

const importsReader = (/** @type {any} */ statement) =>
  statement.declarations?.some((/** @type {any} */ it) => it.name.text === "__ConfigReader");
