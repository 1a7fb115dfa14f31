// One entry is one call of the host into this module. What is read from the host is valid for one entry and one
// effective context; the collector runs between entries only, so nothing moves or dies inside a hook.

import { Status } from "./enums";
import { BODY_HOOKS } from "./features";
import { proxy_set_effective_context } from "./imports";

/** Bytes that may be allocated beyond twice the live ones before a collection. */
const COLLECT_SLACK: usize = 128 * 1024;

// The transform points this name at the collector's own counter, `total` in ~lib/rt/tcms.
let heapBytes: usize = 0;

let collectAbove: usize = COLLECT_SLACK;
let depth: i32 = 0;
let entry: u32 = 0;
let own: u32 = 0;
let effective: u32 = 0;

/** Work that waits until the code of the plugin that asked for it has returned. */
export abstract class Deferred {
  /** The work behind this one. */
  next: Deferred | null = null;

  abstract run(): void;
}

let deferred: Deferred | null = null;

/** Runs some work at the end of the outermost entry, while the host still waits. Only for plugins with hooks on bodies. */
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
 * Begins an entry for a context; every exported callback calls it first.
 *
 * @returns the context of the entry around it, for `leave`
 */
export function enter(context: u32): u32 {
  const outer = own;
  depth++;
  entry++;
  own = context;
  effective = context;
  return outer;
}

/** Ends an entry. At the end of the outermost one no managed value is on the stack: a safepoint for the collector. */
export function leave(outer: u32): void {
  if (BODY_HOOKS && depth == 1) runDeferred();
  // The host goes back to what was in force around the entry; which that is, the next call asks for anew.
  entry++;
  own = outer;
  effective = 0;
  if (--depth == 0 && heapBytes > collectAbove) {
    __collect();
    collectAbove = heapBytes * 2 + COLLECT_SLACK;
  }
}

/** The number of the current entry; it changes whenever the host calls in. */
export function currentEntry(): u32 {
  return entry;
}

/**
 * Makes host calls act on a context. Whoever makes a call that depends on it selects first: a plugin can keep the context
 * of one request and use it in a hook of another.
 *
 * @returns false where the host does not know the context: its stream has ended
 */
export function select(context: u32): bool {
  if (context == effective) return true;
  if (proxy_set_effective_context(context) != Status.Ok) return false;
  effective = context;
  return true;
}

/** Makes the entry be about another context: an answer comes to the root, and is for a stream. */
export function adopt(context: u32): bool {
  if (!select(context)) return false;
  own = context;
  return true;
}

/** The context that the entry is about. */
export function ownContext(): u32 {
  return own;
}
