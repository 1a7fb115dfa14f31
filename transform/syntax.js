// Functions on asc's syntax tree and its texts.

/** The source of a node. @param {any} node */
export const textOf = (node) => node.range.source.text.slice(node.range.start, node.range.end);
/** A text without comments on lines of their own, and without the spaces that mean nothing. @param {string} text */
export const compact = (text) => text.replace(/^\s*\/\/.*$/gm, "").replace(/(?<![\w$])\s+|\s+(?![\w$])/g, "");

/** The operator between the operands of a binary expression. */
export function operatorOf(/** @type {any} */ { left, right, range }) {
  return compact(range.source.text.slice(left.range.end, right.range.start));
}

/** The nodes directly below a node. */
export function childrenOf(/** @type {any} */ node) {
  /** @type {any[]} */
  const children = [];
  for (const [key, value] of Object.entries(node)) {
    if (key === "parentNode" || key === "parent") continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && typeof one === "object" && typeof one.kind === "number" && one.range) children.push(one);
    }
  }
  return children;
}
