// The getters of HttpContext that the plugin's code calls. Their values can be read only while the headers exist, so the
// SDK reads them early for later hooks, but only if the plugin calls the getter.

export const METHOD = 1;
export const SCHEME = 2;
export const HOST = 4;
export const PATH = 8;
export const IS_LOCAL_REPLY = 16;

// The other bits are not those of getters.

/** The plugin exports callbacks itself. Such a callback may resume a message that a hook has paused. */
export const OWN_CALLBACKS = 32;

/** The plugin must know the root context of a stream, because its root contexts may differ. */
export const ROOTS = 64;

/** The plugin keeps the objects of its streams from one callback to the next. */
export const STREAMS = 128;

// The transform sets it to the bits that hold for the plugin.
let used: i32 = 255;

/** Whether a bit holds: for a getter, the plugin's code uses the getter. */
// @ts-ignore: decorator
@inline
export function isUsed(getter: i32): bool {
  return (used & getter) != 0;
}
