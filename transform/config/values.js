// The values of initializers, as far as they are constants.

// Members of asc's NodeKind and LiteralKind.
const IDENTIFIER = 7;
const FALSE = 14;
const LITERAL = 17;
const NEW = 18;
const NULL = 19;
const PROPERTY = 22;
const TRUE = 26;
const PREFIX = 29;
const [FLOAT, INTEGER, STRING, , , ARRAY] = [0, 1, 2, 3, 4, 5];

/** A number as it is written, so that an i64 keeps all its digits. */
export class NumberText {
  constructor(/** @type {string} */ text) {
    this.text = text;
  }
}

/**
 * The value of an initializer: null, a boolean, a string, a NumberText, an array, an empty object for a Map; undefined if
 * the value is not constant.
 *
 * @param {any} node an expression
 * @param {any} context the element in whose scope the expression is written
 * @param {(declaration: any) => import("./types.js").Member[]} membersOf
 * @returns {unknown}
 */
export function valueOf(node, context, membersOf) {
  if (!node) return undefined;
  const again = (/** @type {any} */ other) => valueOf(other, context, membersOf);
  if (node.kind === NULL) return null;
  if (node.kind === TRUE) return true;
  if (node.kind === FALSE) return false;
  if (node.kind === NEW) return node.typeName.identifier.text === "Map" ? {} : undefined;
  if (node.kind === IDENTIFIER) {
    const element = context.lookup(node.text);
    // Flag 8: const.
    return element?.declaration?.initializer && element.declaration.flags & 8
      ? valueOf(element.declaration.initializer, element.parent, membersOf)
      : undefined;
  }
  if (node.kind === PROPERTY) {
    const declaration = node.expression.kind === IDENTIFIER && context.lookup(node.expression.text)?.declaration;
    const at = declaration?.values?.findIndex((/** @type {any} */ it) => it.name.text === node.property.text) ?? -1;
    return at < 0 ? undefined : membersOf(declaration)[at]?.name;
  }
  if (node.kind === PREFIX) {
    const text = textOf(node);
    const value = again(node.operand);
    return value instanceof NumberText && text.startsWith("-") ? new NumberText(`-${value.text}`) : undefined;
  }
  if (node.kind !== LITERAL) return undefined;
  if (node.literalKind === STRING) return node.value;
  if (node.literalKind === INTEGER || node.literalKind === FLOAT) return new NumberText(decimal(textOf(node)));
  if (node.literalKind !== ARRAY) return undefined;
  const values = node.elementExpressions.map(again);
  return values.includes(undefined) ? undefined : values;
}

const textOf = (/** @type {any} */ node) => node.range.source.text.slice(node.range.start, node.range.end);

function decimal(/** @type {string} */ text) {
  const plain = text.replaceAll("_", "");
  return /^0[xob]/i.test(plain) ? String(BigInt(plain)) : plain;
}
