// One entry is one call of the host into this module. What is read from the host is valid for one entry and one
// effective context; the collector runs between entries only, so nothing moves or dies inside a hook.

import { proxy_set_effective_context } from "./imports";
import { Status } from "./enums";

/** Bytes that may be allocated beyond twice the live ones before a collection. */
const COLLECT_SLACK: usize = 128 * 1024;

// The transform points this name at the collector's own counter, `total` in ~lib/rt/tcms.
let heapBytes: usize = 0;

let collectAbove: usize = COLLECT_SLACK;
let depth: i32 = 0;
let entry: u32 = 0;
let effective: u32 = 0;

/** Begins an entry for a context; every exported callback calls it first. */
export function enter(context: u32): void {
  depth++;
  entry++;
  effective = context;
}

/** Ends an entry. At the end of the outermost one no managed value is on the stack: a safepoint for the collector. */
export function leave(): void {
  if (--depth == 0 && heapBytes > collectAbove) {
    __collect();
    collectAbove = heapBytes * 2 + COLLECT_SLACK;
  }
}

/** The number of the current entry; it changes whenever the host calls in. */
export function currentEntry(): u32 {
  return entry;
}

/** The context that host calls act on: the one that was entered, or the one chosen since. */
export function effectiveContext(): u32 {
  return effective;
}

/**
 * Makes host calls act on another context until the entry ends.
 *
 * @returns `Status.Ok`, or `Status.BadArgument` where the host does not know the context (its stream has ended).
 */
export function setEffectiveContext(context: u32): Status {
  if (context == effective) return Status.Ok;
  const status = proxy_set_effective_context(context);
  if (status == Status.Ok) effective = context;
  return status;
}
