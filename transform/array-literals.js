// Makes the code of array literals smaller. asc calls `Array#__set` for each element, which lets the array grow if it is too
// short. A literal makes an array of the right length, so its elements need only be stored. Without the growth a small plugin
// is 6 % smaller.

import { functionTexts } from "./function-texts.js";

const SET = /^~lib\/array\/Array<.*>#__set$/;
const NEW_ARRAY = /\/__newArray$/;
/** The kinds of expressions in which literals are found, and their properties that are expressions. */
const KINDS = ["Block", "Call", "Drop", "GlobalSet", "If", "LocalSet", "Loop", "Return", "Select", "Store"];
const PARTS = ["body", "condition", "ifTrue", "ifFalse", "value", "ptr"];

/**
 * Replaces the calls in array literals. Call it before the module is optimised.
 *
 * @param {any} binaryen
 * @param {any} module
 */
export function storeElements(binaryen, module) {
  const { BlockId, CallId, ConstId, LocalGetId, LocalSetId, StoreId } = binaryen;
  const infoOf = (/** @type {any} */ expression) => binaryen.getExpressionInfo(expression);
  const idOf = (/** @type {any} */ expression) => binaryen.getExpressionId(expression);

  /** The function that stores an element, made from the function that sets it. */
  const storing = (/** @type {string} */ set) => {
    const name = `${set}|fresh`;
    if (module.getFunction(name)) return name;
    const { params, body } = binaryen.getFunctionInfo(module.getFunction(set));
    const store = infoOf(body).children?.find((/** @type {any} */ it) => idOf(it) === StoreId);
    if (store === undefined) return set;
    module.addFunction(name, params, binaryen.none, [], module.copyExpression(store));
    return name;
  };

  const isConst = (/** @type {any} */ expression, /** @type {number} */ value) =>
    idOf(expression) === ConstId && infoOf(expression).value === value;

  // A literal with elements that are not constants is a block: an array of the right length without content, then a call for
  // each element in order, and then the array. Any other code, such as an assignment to an element, is left alone.
  const replaceIn = (/** @type {any[]} */ [first, ...rest]) => {
    const calls = rest.slice(0, -1);
    if (calls.length === 0 || idOf(first) !== LocalSetId) return;
    const { index: array, value } = infoOf(first);
    const isArray = (/** @type {any} */ it) => idOf(it) === LocalGetId && infoOf(it).index === array;
    if (!isArray(rest[calls.length]) || idOf(value) !== CallId) return;
    const made = infoOf(value);
    if (!NEW_ARRAY.test(made.target) || !isConst(made.operands[0], calls.length) || !isConst(made.operands[3], 0))
      return;
    const elements = calls.map((call) => (idOf(call) === CallId ? infoOf(call) : undefined));
    const isElement = (/** @type {any} */ it, /** @type {number} */ i) =>
      it && SET.test(it.target) && isArray(it.operands[0]) && isConst(it.operands[1], i);
    if (!elements.every(isElement)) return;
    calls.forEach((call, i) => binaryen.Call.setTarget(call, storing(elements[i].target)));
  };

  const kinds = new Set(KINDS.map((it) => binaryen[`${it}Id`]));
  const visit = (/** @type {any} */ expression) => {
    if (!kinds.has(idOf(expression))) return;
    const info = infoOf(expression);
    const { id, children = [], operands = [] } = info;
    if (id === BlockId) replaceIn(children);
    const parts = PARTS.map((it) => info[it]).filter((it) => it);
    for (const part of [...parts, ...children, ...operands]) visit(part);
  };

  for (const { name, text } of functionTexts(module)) {
    if (!/\(call \$~lib\/array\/Array<\S*#__set$/m.test(text)) continue;
    const found = module.getFunction(name);
    if (found) visit(binaryen.getFunctionInfo(found).body);
  }
}
