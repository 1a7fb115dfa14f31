// Warns where a plugin's own code can trap. A trap ends the VM, and with the VM every request that it serves.
//
// asc keeps no types in its syntax tree. So `watch` records what asc's resolver finds while asc compiles, and `warn` looks
// at the syntax tree afterwards. A function that asc did not compile has no types, and causes no warnings.

import { report as reportAt } from "./report.js";
import { childrenOf, compact, operatorOf, textOf } from "./syntax.js";

// Members of asc's NodeKind.
const ASSERTION = 8;
const BINARY = 9;
const CALL = 10;
const ELEMENT_ACCESS = 13;
const FUNCTION = 15;
const LITERAL = 17;
const NEW = 18;
const PARENTHESIZED = 21;
const THROW = 46;
const VARIABLE_DECLARATION = 62;
const FUNCTIONS = [FUNCTION, 56, 59];

// Members of asc's AssertionKind and LiteralKind.
const NON_NULL = 2;
const INTEGER = 1;
const ARRAY = 5;

/** A member of asc's CommonFlags. */
const CONST = 8;

/** A comment on the line, or alone on the line above, that says why the line cannot trap. */
const REASON = /\/\/.*\bcannot trap: *\S/;

const INTEGERS = /^([iu](8|16|32|64)|[iu]size|bool)$/;
const LISTS = /^~lib\/(array\/Array|staticarray\/StaticArray|typedarray\/\w+Array)\b/;

/**
 * Functions that trap, by their internal names. In the texts, R stands for the object and A for the first argument. `unless`
 * lists texts of which one, in the same function, shows a check.
 */
const CALLS = [
  {
    name: /^~lib\/map\/Map<.*>#get$/,
    text: "traps when the map has no such key; check R.has(A) first, or use getOr(R, A, otherwise)",
    unless: ["R.has(A)", "R.keys()"],
  },
  {
    name: /^~lib\/array\/Array<.*>#(pop|shift)$/,
    text: "traps when the array is empty; check R.length first",
    unless: ["R.length"],
  },
  {
    name: /^~lib\/(array\/Array<.*>|string\/String)#at$/,
    text: "traps when the index is out of range; check R.length first",
    unless: ["R.length"],
  },
  {
    name: /^~lib\/string\/String#repeat$/,
    text: "traps when A is negative or huge; check A first",
    unless: ["A<", "A>"],
  },
  { name: /^~lib\/string\/String\.fromCodePoint$/, text: "traps above 0x10FFFF; check A first", unless: ["A<", "A>"] },
  { name: /^~lib\/uri\/decodeURI/, text: "traps on a malformed escape; use decodePath(A) or decodeQueryComponent(A)" },
  {
    name: /^~lib\/uri\/encodeURI/,
    text: "traps on a lone surrogate; use encodePathSegment(A) or encodeQueryComponent(A)",
  },
  {
    name: /^~lib\/date\/Date\.(fromString|parse)$/,
    text: "traps on a text that is not a date; use parseRfc3339(A) or parseHttpDate(A)",
  },
  { name: /^~lib\/builtins\/assert$/, text: "ends the VM when A does not hold; return an Error instead" },
];

/** Whether a text has another text in it that is not the end of a longer name. */
function mentions(/** @type {string} */ text, /** @type {string} */ part) {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    if (at === 0 || !/[\w$.]/.test(/** @type {string} */ (text[at - 1]))) return true;
  }
  return false;
}

export class Traps {
  /** @type {Map<any, any>} the element or type of each expression in the plugin's own code */
  found = new Map();
  /** @type {Set<any>} the plugin's own sources that asc has looked at */
  sources = new Set();

  /** Records what the resolver finds from now on. */
  watch(/** @type {any} */ resolver) {
    for (const method of ["lookupExpression", "lookupIdentifierExpression", "resolveExpression"]) {
      const original = resolver[method];
      resolver[method] = (/** @type {any} */ node, /** @type {any[]} */ ...rest) => {
        const found = original.call(resolver, node, ...rest);
        const { source } = node.range;
        if (found && !source.normalizedPath.startsWith("~")) {
          this.found.set(node, found);
          this.sources.add(source);
        }
        return found;
      };
    }
  }

  /** Reports a warning for each place of the plugin's own code that can trap. */
  warn(/** @type {any} */ program) {
    for (const source of this.sources) {
      const lines = source.text.split("\n");
      const report = (/** @type {any} */ node, /** @type {string} */ text) => {
        // Code of another transform, which the author did not write.
        if (node.range.source !== source) return;
        const line = source.lineAt(node.range.start) - 1;
        const above = /^\s*\/\//.test(lines[line - 1] ?? "") ? lines[line - 1] : "";
        if (REASON.test(lines[line]) || REASON.test(above)) return;
        reportAt(program, node, text, "warning");
      };
      this.visit(source, new Scope(source), report);
    }
  }

  /**
   * @param {any} node
   * @param {Scope} scope the innermost function around the node
   * @param {(node: any, text: string) => void} report
   */
  visit(node, scope, report) {
    const inner = FUNCTIONS.includes(node.kind) ? new Scope(node) : scope;
    if (node.kind === VARIABLE_DECLARATION && node.initializer) inner.values.set(node.name.text, node.initializer);
    const text = this.problem(node, inner);
    if (text !== undefined) report(node, text);
    // An assignment to an element of an Array adds the element.
    const grows = node.kind === BINARY && node.left.kind === ELEMENT_ACCESS && operatorOf(node) === "=";
    for (const child of childrenOf(node)) {
      if (grows && child === node.left && /^~lib\/array\//.test(this.typeOf(child.expression))) {
        for (const below of childrenOf(child)) this.visit(below, inner, report);
      } else this.visit(child, inner, report);
    }
  }

  /** Why an expression can trap; undefined if the expression cannot trap, or if its function checks it. */
  problem(/** @type {any} */ node, /** @type {Scope} */ scope) {
    if (node.kind === CALL) return this.callProblem(node, scope);
    if (node.kind === ELEMENT_ACCESS) return this.indexProblem(node, scope);
    if (node.kind === BINARY) return this.divisionProblem(node, scope);
    if (node.kind === ASSERTION && node.assertionKind === NON_NULL) return this.nullProblem(node, scope);
    if (node.kind === THROW) return "throw ends the VM, and nothing catches the error; return an Error instead";
    return undefined;
  }

  callProblem(/** @type {any} */ node, /** @type {Scope} */ scope) {
    const { expression, args } = node;
    const name = this.found.get(expression)?.internalName ?? "";
    const call = CALLS.find((it) => it.name.test(name));
    if (!call || (args[0]?.kind === LITERAL && /repeat|fromCodePoint/.test(name))) return undefined;
    const object = expression.expression ? textOf(expression.expression) : "";
    const argument = args.length > 0 ? textOf(args[0]) : "";
    const fill = (/** @type {string} */ text) => text.replace(/\bR\b/g, () => object).replace(/\bA\b/g, () => argument);
    if (call.unless?.some((check) => scope.has(fill(check)))) return undefined;
    return `${textOf(expression)}(${argument}) ${fill(call.text)}`;
  }

  indexProblem(/** @type {any} */ node, /** @type {Scope} */ scope) {
    const { expression: list, elementExpression: index } = node;
    if (!LISTS.test(this.typeOf(list))) return undefined;
    const name = textOf(list);
    if (scope.has(`${name}.length`) || scope.has(`${name}.byteLength`)) return undefined;
    if (
      index.kind === LITERAL &&
      index.literalKind === INTEGER &&
      this.hasElement(list, Number(textOf(index)), scope)
    ) {
      return undefined;
    }
    return `${textOf(node)} traps when the index is out of range; check ${name}.length first, or use atOr(${name}, ${textOf(index)}, otherwise)`;
  }

  /** Whether a list surely has an element: `split` returns at least one, and a header of `entries()` has two. */
  hasElement(/** @type {any} */ list, /** @type {number} */ index, /** @type {Scope} */ scope) {
    const value = scope.values.get(textOf(list)) ?? list;
    if (value.kind === LITERAL && value.literalKind === ARRAY) return index < value.elementExpressions.length;
    if (value.kind === NEW) return value.args[0]?.kind === LITERAL && index < Number(textOf(value.args[0]));
    if (value.kind === CALL) return index === 0 && /\.split\(\s*["'`][^"'`]/.test(textOf(value));
    return value.kind === ELEMENT_ACCESS && index < 2 && this.typeOf(value) === "~lib/array/Array<~lib/string/String>";
  }

  divisionProblem(/** @type {any} */ node, /** @type {Scope} */ scope) {
    const operator = operatorOf(node);
    if (!/^[/%]=?$/.test(operator) || node.right.kind === LITERAL || this.isConstant(node.right)) return undefined;
    if (!this.isInteger(node.left) || !this.isInteger(node.right)) return undefined;
    const divisor = textOf(node.right);
    const checks = ["=", "!", "<", ">"].map((comparison) => `${divisor}${comparison}`);
    if (checks.some((check) => scope.has(check)) || /\bmax\b/.test(divisor)) return undefined;
    return `${textOf(node)} traps when ${divisor} is 0; check ${divisor} first`;
  }

  nullProblem(/** @type {any} */ node, /** @type {Scope} */ scope) {
    const { expression } = node;
    if (!this.typeOf(expression).endsWith("| null")) return undefined;
    const name = textOf(expression);
    if (["!==null", "===null", "!=null", "==null"].some((check) => scope.has(name + check))) return undefined;
    return `${textOf(node)} traps when ${name} is null; compare ${name} with null first`;
  }

  /** Whether an expression is the name of a constant whose initial value is a number. */
  isConstant(/** @type {any} */ node) {
    const found = this.found.get(node);
    return found?.is?.(CONST) && found.declaration?.initializer?.kind === LITERAL;
  }

  /** @type {(node: any) => boolean} */
  isInteger(node) {
    if (node.kind === PARENTHESIZED) return this.isInteger(node.expression);
    if (node.kind === BINARY) return this.isInteger(node.left) && this.isInteger(node.right);
    if (node.kind === LITERAL) return node.literalKind === INTEGER;
    return INTEGERS.test(this.typeOf(node));
  }

  /**
   * The type of an expression as asc writes it; "" if asc did not compile the expression.
   *
   * @type {(node: any) => string}
   */
  typeOf(node) {
    if (node.kind === PARENTHESIZED) return this.typeOf(node.expression);
    if (node.kind === ASSERTION && node.assertionKind === NON_NULL) {
      return this.typeOf(node.expression).replace(/ \| null$/, "");
    }
    if (node.kind === ASSERTION && node.toType) return textOf(node.toType);
    if (node.kind === ELEMENT_ACCESS) {
      return /^~lib\/\w+\/\w+<(.*)>$/.exec(this.typeOf(node.expression))?.[1] ?? "";
    }
    const found = this.found.get(node);
    const type = node.kind === CALL && !found ? this.found.get(node.expression)?.signature?.returnType : found;
    return String(type?.type ?? type ?? "");
  }
}

/** A function, or the top level of a file. */
class Scope {
  /** @type {Map<string, any>} the initial values of the function's variables */
  values = new Map();

  constructor(/** @type {any} */ node) {
    this.text = compact(node.text ?? textOf(node));
  }

  /** Whether the function contains the text, spaces aside. */
  has(/** @type {string} */ text) {
    return mentions(this.text, compact(text));
  }
}
