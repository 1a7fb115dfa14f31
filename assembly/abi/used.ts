// Which of the getters that any hook may call the plugin's code calls at all. They can be read at one moment only, so that
// is done for later hooks, if somebody asks.

export const METHOD = 1;
export const SCHEME = 2;
export const HOST = 4;
export const PATH = 8;
export const IS_LOCAL_REPLY = 16;

/** Not a getter: the plugin exports callbacks itself, in which it may end what a hook holds. */
export const OWN_CALLBACKS = 32;

// The transform lowers it to what was compiled.
let used: i32 = 63;

/** Whether the plugin's code asks for this, one of the bits above. */
// @ts-ignore: decorator
@inline
export function isUsed(getter: i32): bool {
  return (used & getter) != 0;
}
