// Rejects a method without its parentheses as a condition: `if (json.exists)`. asc takes the address of the function, which
// is always true, so a check would let everything pass. TypeScript rejects some of these conditions, but not `!json.exists`.

import { childrenOf, operatorOf, textOf } from "./syntax.js";
import { report } from "./report.js";

/** A member of asc's NodeKind. */
const PARENTHESIZED = 21;

/**
 * @param {any} program asc's program
 * @param {any} node a node of the plugin's own code
 * @param {Map<any, any>} found the element of each expression that asc has compiled
 */
export function checkConditions(program, node, found) {
  const check = (/** @type {any} */ it) => {
    if (it.kind === PARENTHESIZED) check(it.expression);
    else if (isJunction(it)) check(it.right);
    else if (isFunction(found.get(it))) {
      const text = textOf(it);
      report(program, it, `${text} is a function, which is always true; write ${text}() to call the function`);
    }
  };
  if (node.condition) check(node.condition);
  // The left side of a junction is a condition wherever the junction stands.
  if (isJunction(node)) check(node.left);
  if (node.operand && textOf(node).startsWith("!")) check(node.operand);
  for (const child of childrenOf(node)) checkConditions(program, child, found);
}

/** Whether a node is `a && b` or `a || b`. */
const isJunction = (/** @type {any} */ node) => node.left && node.right && /^(&&|\|\|)$/.test(operatorOf(node));

/** Whether an element is a function by its name, and no variable that holds a function or null. */
const isFunction = (/** @type {any} */ element) =>
  element?.functionTypeNode !== undefined || element?.prototype?.functionTypeNode !== undefined;
