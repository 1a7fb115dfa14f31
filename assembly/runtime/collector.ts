// Allocation and collection of garbage, in place of asc's `~lib/rt/tcms` and `~lib/rt/tlsf`. The memory of a plugin:
//
//   ┌───────────┬────────────────────────────────────────────────────────────────────────────┐
//   │ constants │ blocks (blocks.ts)                                                         │
//   │           │ ┌─────────┬───────────────────────────┬─────────┬───────┬──────┬─────────┐ │
//   │           │ │ old     │ chunk                     │ old     │ large │ free │ old     │ │
//   │           │ │ object  │ ┌────┬─────┬─────┬──────┐ │ object  │ object│      │ object  │ │
//   │           │ │ (perma- │ │head│ new │ new │      │ │ (perma- │       │      │ (rou-   │ │
//   │           │ │ nent)   │ │    │     │     │ free │ │ nent)   │       │      │ tine)   │ │
//   │           │ │         │ └────┴─────┴─────┴──────┘ │         │       │      │         │ │
//   │           │ └─────────┴──────────────────▲────────┴─────────┴───────┴──────┴─────────┘ │
//   └───────────┴─────────────────────────────top────────────────────────────────────────────┘
//
// - A new object is made at the top of the chunk (nursery.ts). A large object gets a block of its own.
// - A collection runs at the end of the outermost entry, when enough was allocated: the stack then holds no object. Objects do
//   not move, so an address is valid as long as the object lives.
// - A routine collection begins with the globals, with pinned objects, and with written objects, marks the routine objects
//   that it reaches, and frees the others. A chunk without marked objects is emptied as a whole. Any other chunk is cut: its
//   marked objects become blocks, in the list of routine objects (lists.ts), and the memory between them becomes free.
// - After a new configuration, a full collection marks everything, and makes everything permanent that is alive. Routine
//   collections do not look at permanent objects. If a permanent object is written, `__link` adds it to the written objects.
// - A full collection also runs when a root context is deleted, so that its configuration is freed, and when the memory that
//   is in use has doubled: an old object that is not used any more may keep others alive until then.
//
// The flags of an object say all this: see object.ts.

import { endSweep, kept, promote, sweepLists, visitPermanent } from "./lists";
import { allocated, sweepChunks } from "./nursery";
import { visitMembers } from "./members";
import { visitPinned } from "./pins";
import { ASSERTIONS, HEADER, MARKED, ROUTINE, WRITTEN, bytesOf, headerOf, isInList } from "./object";

/** A collection runs after at least this number of allocated bytes, */
const LEAST: usize = 24 * 1024;
/** and after this number of bytes for each reference that the last collection has followed, so that its cost stays small. */
const PER_VISIT: usize = 128;
/** A full collection runs when the objects need twice the memory that the last full collection left, and this number of bytes. */
const SLACK: usize = 1024 * 1024;

/** The flags that decide whether a collection follows a reference: if only `ROUTINE` of them is set, or if none is set. */
const OF_ROUTINE: u32 = MARKED | ROUTINE;
const OF_ALL: u32 = MARKED;
/** Instead of them: checks that an object refers to permanent objects only. */
const CHECK: u32 = 0;

/** A collection runs when more bytes are allocated. */
let allowance: usize = LEAST;
let fullAbove: usize = SLACK;
let full: bool = false;

/** One of the values above. A parameter would make the module larger. */
let deciding: u32 = 0;
/** The marked objects whose members have not been visited. */
let unscanned: usize = 0;
/** The permanent objects that may refer to routine objects. */
let written: usize = 0;
/** The flags of all objects that were visited. */
let seen: u32 = 0;
let visits: usize = 0;
/** This collection has marked an object in a chunk. */
let marksChunk: bool = false;

/** Runs a collection if one is due. Only while the stack holds no object. */
// @ts-ignore: decorator
@inline
export function safepoint(): void {
  if (allocated() >= allowance) collect();
}

// @ts-ignore: decorator
@global
@unsafe
export function __collect(): void {
  allowance = 0;
}

/**
 * Called when a stream has ended. A collection between two streams empties the chunk. While a request is handled, a collection
 * must cut the chunk around the objects of the request.
 */
export function streamEnded(): void {
  if (allowance == LEAST && allocated() >= LEAST / 2) allowance = 0;
}

/** Requests a collection of all objects, permanent ones too. It runs at the end of the outermost entry. */
export function requestFull(): void {
  allowance = 0;
  full = true;
}

/** Requests a collection that makes all objects permanent that are alive. */
export function requestPermanence(): void {
  requestFull();
  promote();
}

/** Called when an object gets a reference to another. */
// @ts-ignore: decorator
@global
@unsafe
export function __link(parent: usize, child: usize, multiple: bool): void {
  if (!(headerOf(parent).info & (ROUTINE | WRITTEN))) remember(parent);
}

/** Called before code that does not call `__link` writes to an object, and to objects to which it refers. */
// @ts-ignore: decorator
@global
@unsafe
export function __rewrite(object: usize): void {
  if (object == 0) return;
  __link(object, 0, false);
  // A full collection finds the written objects.
  requestFull();
}

function remember(object: usize): void {
  const header = headerOf(object);
  header.info |= WRITTEN;
  header.link = written;
  written = object;
}

/** Called for each reference of an object or of the module's globals. */
// @ts-ignore: decorator
@global
@unsafe
export function __visit(object: usize, cookie: u32): void {
  // Null, or a constant. A constant refers to other objects only if it was written.
  if (object < __heap_base) return;
  const header = headerOf(object);
  const info = header.info;
  if (ASSERTIONS) {
    assert((object & 15) == 0 && <usize>header.size <= bytesOf(header) - HEADER && header.id <= load<u32>(__rtti_base));
    if (deciding == CHECK) return assert(!(info & ROUTINE));
  }
  visits++;
  seen |= info;
  if ((info & deciding) != (deciding & ROUTINE)) return;
  if (!isInList(info)) marksChunk = true;
  header.info = info | MARKED;
  header.link = unscanned;
  unscanned = object;
}

/** Visits the members of an object. A permanent object that refers to a routine object is a written object. */
function scan(object: usize): void {
  seen = 0;
  visitMembers(object);
  // A full collection does not reach a constant otherwise.
  if (!(headerOf(object).info & ROUTINE) && (seen & ROUTINE || object < __heap_base)) remember(object);
}

function collect(): void {
  deciding = full ? OF_ALL : OF_ROUTINE;
  visits = 0;
  marksChunk = false;
  let object = written;
  written = 0;
  if (full) {
    // The field `link` of an object in memory is needed for the list of objects to scan.
    let constants: usize = 0;
    while (object != 0) {
      const header = headerOf(object);
      const next = header.link;
      if (object < __heap_base) {
        header.link = constants;
        constants = object;
      } else header.info &= ~WRITTEN;
      object = next;
    }
    object = constants;
  }
  while (object != 0) {
    const header = headerOf(object);
    const next = header.link;
    header.info &= ~WRITTEN;
    scan(object);
    object = next;
  }
  visitPinned();
  __visit_globals(0);
  while (unscanned != 0) {
    const next = unscanned;
    unscanned = headerOf(next).link;
    scan(next);
  }
  sweepLists(full);
  sweepChunks(marksChunk);
  endSweep();
  if (ASSERTIONS) {
    deciding = CHECK;
    visitPermanent(WRITTEN);
  }
  allowance = max(LEAST, full ? 0 : visits * PER_VISIT);
  if (full) fullAbove = 2 * kept + SLACK;
  full = kept > fullAbove;
}
