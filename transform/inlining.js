// asc's optimiser inlines small functions at each call, and larger functions that have one caller. With the limits below, a
// module of some kilobytes is 3 % smaller than with asc's, and not slower: an instruction that is not there need not be
// fetched.

import { failure } from "./failure.js";

/** The largest function that is inlined at each call, in binaryen's units; asc: 6. */
const EACH_CALL = 2;
/** The largest function with one caller that is inlined; asc: 80. */
const ONE_CALLER = 1000;

/**
 * Sets the limits of the optimiser. asc sets its own limits when it optimises, so its setters are replaced.
 *
 * @param {any} program asc's program
 */
export function limitInlining({ module, options }) {
  // A plugin that asks for speed at any size keeps asc's limits.
  if (options.shrinkLevelHint === 0) return;
  for (const [setter, limit] of [["setAlwaysInlineMaxSize", EACH_CALL], ["setOneCallerInlineMaxSize", ONE_CALLER]]) {
    const set = module[setter];
    if (!set) throw failure(`asc has no ${setter}; this SDK works with assemblyscript ~0.28.20`);
    module[setter] = () => set.call(module, limit);
  }
}
