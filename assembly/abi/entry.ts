// An entry is one call of the host into this module. Data read from the host is valid for one entry and one effective
// context. The garbage collector runs only between entries, so no object is freed while a hook runs.

import { Status } from "./enums";
import { BODY_HOOKS } from "./features";
import { proxy_set_effective_context } from "./imports";
import { forgetTaken } from "./memory";
import { safepoint } from "./safepoint";

let depth: i32 = 0;
let entry: u32 = 0;
/** Bit m is set if the host is known to have header map m of the context that the SDK last used the map for. */
let present: i32 = 0;
/** The context that the host passed to the current callback, or that `adopt` has set. */
let own: u32 = 0;
/** The context that host calls act on; 0: unknown. */
let effective: u32 = 0;

let outermost: u32 = 0;

/** The number of the outermost entry that runs. Until it ends, no object is freed. */
export function outermostEntry(): u32 {
  return outermost;
}

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

/** Sends the writes that wait; null: no write waits. */
let unsent: (() => void) | null = null;

/** Makes `send` run at the end of the entry, or earlier: before the first host call that could see what it sends. */
export function sendLater(send: () => void): void {
  unsent = send;
}

/** Sends all writes that wait. */
export function sendNow(): void {
  const send = unsent;
  if (send === null) return;
  unsent = null;
  send();
}

/**
 * Sends all writes that wait. Call it before every host call that acts on a stream or reads from it. After such a call it is
 * no longer known whether the host still has a header map, so the next write goes to the host at once.
 */
export function settle(): void {
  sendNow();
  present = 0;
}

/** Begins a callback for a header map: the host has the map. */
export function beginMap(map: i32): void {
  present = 1 << map;
}

/** Notes whether the host is known to have a header map. */
export function setPresent(map: i32, isPresent: bool): void {
  if (isPresent) present |= 1 << map;
  else present &= ~(1 << map);
}

/** Whether the host is known to have a header map. */
export function isPresent(map: i32): bool {
  return ((present >> map) & 1) != 0;
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
  present = 0;
  own = context;
  effective = context;
  if (unsent !== null) {
    // The writes of the surrounding entry select its context.
    sendNow();
    select(context);
  }
  return outer;
}

/** Ends an entry. When the outermost entry ends, the stack holds no managed value, so the collector may run. */
export function leave(outer: u32): void {
  if (BODY_HOOKS && depth == 1) runDeferred();
  // A logger of the plugin may write headers when a write has failed.
  while (unsent !== null) sendNow();
  // The host restores the effective context of the surrounding entry. The next `select` sets it again.
  entry++;
  present = 0;
  own = outer;
  effective = 0;
  if (--depth > 0) return;
  outermost++;
  forgetTaken();
  safepoint();
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
  sendNow();
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
  // The header map that the callback is for belongs to another context. `settle` sends what waits, too.
  settle();
  own = context;
  return true;
}

/** The context of the current entry. */
export function ownContext(): u32 {
  return own;
}
