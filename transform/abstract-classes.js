// asc begins each constructor with code that allocates the object, if the caller has not. An abstract class has no objects
// of its own, so its constructor always gets the object of a derived class. Without the allocation, a class is 13 bytes
// smaller.

// CommonFlags.Abstract of asc.
const ABSTRACT = 128;

/**
 * Removes the allocation from the constructors of abstract classes. Call it before the module is optimised.
 *
 * @param {any} binaryen
 * @param {any} module
 * @param {Iterable<any>} classes asc's classes
 */
export function removeAllocations(binaryen, module, classes) {
  for (const { flags, constructorInstance } of classes) {
    const found = flags & ABSTRACT && constructorInstance && module.getFunction(constructorInstance.internalName);
    if (!found) continue;
    const [first] = binaryen.getExpressionInfo(binaryen.getFunctionInfo(found).body).children ?? [];
    const { id, condition } = first ? binaryen.getExpressionInfo(first) : {};
    // The optimiser drops a branch that is never taken.
    if (id === binaryen.IfId && isNoObject(binaryen, condition)) binaryen.If.setCondition(first, module.i32.const(0));
  }
}

/** Whether an expression is `!this`. */
function isNoObject(/** @type {any} */ binaryen, /** @type {any} */ expression) {
  const { id, op, value } = binaryen.getExpressionInfo(expression);
  if (id !== binaryen.UnaryId || op !== binaryen.EqZInt32) return false;
  const local = binaryen.getExpressionInfo(value);
  return local.id === binaryen.LocalGetId && local.index === 0;
}
