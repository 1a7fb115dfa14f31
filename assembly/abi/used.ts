// The getters of HttpContext that the plugin's code calls. Their values can be read only while the headers exist, so the
// SDK reads them early for later hooks, but only if the plugin calls the getter.

export const METHOD = 1;
export const SCHEME = 2;
export const HOST = 4;
export const PATH = 8;
export const IS_LOCAL_REPLY = 16;

/** Not a getter: the plugin exports callbacks itself. Such a callback may resume a message that a hook has paused. */
export const OWN_CALLBACKS = 32;

// The transform sets it to the bits of the getters that were compiled.
let used: i32 = 63;

/** Whether the plugin's code uses a getter, given by its bit. */
// @ts-ignore: decorator
@inline
export function isUsed(getter: i32): bool {
  return (used & getter) != 0;
}
