// asc's optimiser inlines small functions at each call, and larger functions that have one caller. With the limits below,
// modules are 1 to 3 % smaller than with asc's limits, and not slower.

import { failure } from "./failure.js";

/** The setters of asc's module, and the largest size of a function in binaryen's units. */
const LIMITS = Object.entries({
  // A function that is inlined at each call; asc: 6.
  setAlwaysInlineMaxSize: 4,
  // A function with one caller; asc: 80.
  setOneCallerInlineMaxSize: 1000,
});

/**
 * Sets the limits. asc sets its own limits when it optimises, so this function replaces the setters.
 *
 * @param {any} program asc's program
 */
export function limitInlining({ module, options }) {
  // A plugin that asks for speed at any size keeps asc's limits.
  if (options.shrinkLevelHint === 0) return;
  for (const [setter, limit] of LIMITS) {
    const set = module[setter];
    if (!set) throw failure(`asc has no ${setter}; this SDK works with assemblyscript ~0.28.20`);
    module[setter] = () => set.call(module, limit);
  }
}
