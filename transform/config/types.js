// The types of the fields of configuration classes.

// Members of asc's NodeKind and ElementKind.
const NAMED_TYPE = 1;
const ENUM = 2;
const CLASS = 6;
const TYPE = 14;

const SDK_JSON = "~lib/as-proxy-wasm-sdk/assembly/json/json/Json";

/**
 * @typedef {{ name: string, value: number }} Member a member of an enum: its name in the configuration, and its value
 *
 * @typedef {{ nullable: boolean } & ({ kind: "anything" | "bool" | "text" }
 * | { kind: "integer", signed: boolean, bits: number } | { kind: "float", bits: number }
 * | { kind: "choice", members: Member[], declaration: any } | { kind: "list", of: Type } | { kind: "dictionary", of: Type }
 * | { kind: "instance", index: number })} Type
 */

/** Thrown for a type that a configuration class cannot have. */
export class Unsupported extends Error {}

/** Finds out which type the type of a field is. */
export class Types {
  /**
   * @param {any} program asc's program
   * @param {Map<any, number>} indexes the indexes of the marked classes by their declarations
   * @param {(declaration: any) => Member[]} membersOf
   */
  constructor(program, indexes, membersOf) {
    this.program = program;
    this.indexes = indexes;
    this.membersOf = membersOf;
  }

  /**
   * @param {any} node the type as it is written
   * @param {any} context the element in whose scope the type is written
   * @returns {Type}
   * @throws Unsupported
   */
  of(node, context) {
    const type = this.named(node, context);
    return node.isNullable ? { ...type, nullable: true } : type;
  }

  /** @returns {Type} */
  named(/** @type {any} */ node, /** @type {any} */ context) {
    if (node.kind !== NAMED_TYPE) throw new Unsupported("a function");
    const simple = !node.name.next && simpleType(node.name.identifier.text);
    if (simple) return /** @type {Type} */ ({ nullable: false, ...simple });
    const element = this.program.resolver.resolveTypeName(node.name, null, context, 0);
    if (!element) throw new Unsupported(`the unknown type ${textOf(node.name)}`);
    const nullable = false;
    const { declaration } = element;
    if (element.kind === TYPE) {
      if (declaration.typeParameters?.length) throw new Unsupported(`the generic type ${element.name}`);
      return this.of(declaration.type, element.parent);
    }
    if (element.kind === ENUM) return { kind: "choice", nullable, members: this.membersOf(declaration), declaration };
    if (element.kind !== CLASS) throw new Unsupported(textOf(node));
    const args = node.typeArguments ?? [];
    if (element.name === "String" && element.internalName.startsWith("~lib/string/")) return { kind: "text", nullable };
    if (element.internalName === SDK_JSON) return { kind: "anything", nullable };
    if (element.internalName === "~lib/array/Array") return { kind: "list", nullable, of: this.of(args[0], context) };
    if (element.internalName === "~lib/map/Map") {
      if (this.of(args[0], context).kind !== "text") throw new Unsupported("a Map whose keys are no strings");
      return { kind: "dictionary", nullable, of: this.of(args[1], context) };
    }
    const index = this.indexes.get(declaration);
    if (index !== undefined) return { kind: "instance", nullable, index };
    if (element.internalName.startsWith("~lib/")) throw new Unsupported(element.name);
    throw new Unsupported(`${element.name}, which is not marked with @config`);
  }
}

const textOf = (/** @type {any} */ node) => node.range.source.text.slice(node.range.start, node.range.end);

/** @returns {Omit<Type, "nullable"> | undefined} */
function simpleType(/** @type {string} */ name) {
  if (name === "bool" || name === "boolean") return { kind: "bool" };
  if (name === "string") return { kind: "text" };
  const [, letter, size] = /^([iuf])(8|16|32|64|size)$/.exec(name) ?? [];
  if (letter === undefined) return name === "number" ? /** @type {any} */ ({ kind: "float", bits: 64 }) : undefined;
  const bits = size === "size" ? 32 : Number(size);
  if (letter === "f") return /** @type {any} */ ({ kind: "float", bits });
  return /** @type {any} */ ({ kind: "integer", signed: letter === "i", bits });
}
