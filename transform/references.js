// Removes calls of the garbage collector that have no effect. Both functions run before the module is optimised.

const LINK = /\/__link$/;
const CONSTRUCTOR = /#constructor$/;

/**
 * Makes constructors write fields without `__link`. The collector needs to know which old objects are written, and a
 * constructor writes to a new object.
 *
 * @param {any} binaryen
 * @param {any} module
 */
export function skipLinks(binaryen, module) {
  const { BlockId, CallId, LocalGetId, StoreId, none } = binaryen;
  const infoOf = (/** @type {any} */ expression) => binaryen.getExpressionInfo(expression);
  const functions = Array.from({ length: module.getNumFunctions() }, (_, i) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(i)),
  );
  /** Setters without `__link`, by the names of setters. */
  const setters = new Map();
  for (const { name, params, body } of functions) {
    if (!name.includes("#set:")) continue;
    // The setter that asc makes for a field. A plugin's own setter may do more.
    const [store, link, ...more] = infoOf(body).children ?? [];
    if (!link || more.length > 0 || infoOf(store).id !== StoreId || !LINK.test(infoOf(link).target)) continue;
    setters.set(name, `${name}|fresh`);
    module.addFunction(`${name}|fresh`, params, none, [], module.copyExpression(store));
  }
  const skip = (/** @type {any} */ expression) => {
    const { id, children, target, operands } = infoOf(expression);
    if (id === BlockId) children.forEach(skip);
    if (id !== CallId || !setters.has(target)) return;
    const object = infoOf(operands[0]);
    if (object.id === LocalGetId && object.index === 0) binaryen.Call.setTarget(expression, setters.get(target));
  };
  for (const { name, body } of functions) if (CONSTRUCTOR.test(name)) skip(body);
}

/**
 * Removes constants from what the collector visits: `__visit(1024)`, and `if (value = GLOBAL) __visit(value)` where the
 * global never changes.
 *
 * @param {any} binaryen
 * @param {any} module
 */
export function skipConstants(binaryen, module) {
  const { Block, CallId, ConstId, GlobalGetId, IfId, LocalSetId, getExpressionInfo, getGlobalInfo } = binaryen;
  const isConstant = (/** @type {any} */ expression) => {
    const { id, name } = getExpressionInfo(expression);
    return id === ConstId || (id === GlobalGetId && !getGlobalInfo(module.getGlobal(name)).mutable);
  };
  const { body } = binaryen.getFunctionInfo(module.getFunction("~lib/rt/__visit_globals"));
  const { children = [] } = getExpressionInfo(body);
  for (let i = children.length - 1; i >= 0; i--) {
    const { id, operands, condition } = getExpressionInfo(children[i]);
    const tee = id === IfId ? getExpressionInfo(condition) : undefined;
    const visited = id === CallId ? operands[0] : tee?.id === LocalSetId ? tee.value : undefined;
    if (visited && isConstant(visited)) Block.removeChildAt(body, i);
  }
}
