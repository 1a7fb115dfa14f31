// An entry is one call of the host into this module. Data read from the host is valid for one entry and one effective
// context. The garbage collector runs only between entries, so no object is freed while a hook runs.

import { Status } from "./enums";
import { BODY_HOOKS } from "./features";
import { proxy_set_effective_context } from "./imports";

/** The collector runs when the heap exceeds twice its size after the last collection plus this number of bytes. */
const COLLECT_SLACK: usize = 128 * 1024;

// The transform binds this name to the collector's own counter, `total` in ~lib/rt/tcms.
let heapBytes: usize = 0;

let collectAbove: usize = COLLECT_SLACK;
let depth: i32 = 0;
let entry: u32 = 0;
/** The context that the host passed to the current callback, or that `adopt` has set. */
let own: u32 = 0;
/** The context that host calls act on; 0: unknown. */
let effective: u32 = 0;

/** Work that runs after the plugin's code has returned. */
export abstract class Deferred {
  /** The work that runs after this work. */
  next: Deferred | null = null;

  abstract run(): void;
}

let deferred: Deferred | null = null;

/** Schedules work for the end of the outermost entry, before it returns to the host. Only for plugins with body hooks. */
export function defer(work: Deferred): void {
  work.next = deferred;
  deferred = work;
}

function runDeferred(): void {
  let work = deferred;
  while (work !== null) {
    deferred = work.next;
    work.next = null;
    work.run();
    work = deferred;
  }
}

/**
 * Begins an entry for a context. Every exported callback calls this first.
 *
 * @returns the context of the surrounding entry, for `leave`
 */
export function enter(context: u32): u32 {
  const outer = own;
  depth++;
  entry++;
  own = context;
  effective = context;
  return outer;
}

/** Ends an entry. When the outermost entry ends, the stack holds no managed value, so the collector may run. */
export function leave(outer: u32): void {
  if (BODY_HOOKS && depth == 1) runDeferred();
  // The host restores the effective context of the surrounding entry. The next `select` sets it again.
  entry++;
  own = outer;
  effective = 0;
  if (--depth == 0 && heapBytes > collectAbove) {
    __collect();
    collectAbove = heapBytes * 2 + COLLECT_SLACK;
  }
}

/** The number of the current entry. It changes with every call of the host into this module. */
export function currentEntry(): u32 {
  return entry;
}

/**
 * Makes host calls act on a context. Call it before every host call that depends on the context, because a plugin can store
 * the context of one request and use it in a hook of another request.
 *
 * @returns false if the host does not know the context, because its stream has ended
 */
export function select(context: u32): bool {
  if (context == effective) return true;
  if (proxy_set_effective_context(context) != Status.Ok) return false;
  effective = context;
  return true;
}

/**
 * Sets the context of the current entry. The host delivers an HTTP call response to the root context, although the
 * response belongs to a stream.
 */
export function adopt(context: u32): bool {
  if (!select(context)) return false;
  own = context;
  return true;
}

/** The context of the current entry. */
export function ownContext(): u32 {
  return own;
}
