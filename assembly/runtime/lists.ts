// The objects that have blocks of their own: large objects, and objects that have survived a collection.

import { visitMembers } from "./members";
import { END, Header, MARKED, ROUTINE, bytesOf, flagsOf, headerOf, nextOf, objectOf, release } from "./object";

let routine: usize = END;
let permanent: usize = END;
/** The collection makes all objects permanent that it keeps. */
let promotes: bool = false;

/** The bytes of the objects that the last collection has kept. */
export let kept: usize = 0;

/** Adds a routine object. */
export function add(header: Header, flags: u32): void {
  header.info = (<u32>routine) | flags;
  routine = objectOf(header);
}

/** Adds an object that the collection keeps. */
export function keep(header: Header): void {
  kept += bytesOf(header);
  const flags = promotes ? flagsOf(header) & ~ROUTINE : flagsOf(header);
  if (flags & ROUTINE) return add(header, flags);
  header.info = (<u32>permanent) | flags;
  permanent = objectOf(header);
}

/** Makes the objects permanent that the next collection keeps. */
export function promote(): void {
  promotes = true;
}

/** Frees objects that are not marked, permanent objects only if the collection is full. */
export function sweepLists(full: bool): void {
  kept = 0;
  const routines = routine;
  routine = END;
  if (full) {
    const permanents = permanent;
    permanent = END;
    sweep(permanents);
  }
  sweep(routines);
}

function sweep(object: usize): void {
  while (object != END) {
    const header = headerOf(object);
    object = nextOf(header);
    if (header.info & MARKED) keep(header);
    else {
      if (isDefined(__finalize)) __finalize(objectOf(header));
      release(changetype<usize>(header));
    }
  }
}

/** Ends a collection. */
export function endSweep(): void {
  promotes = false;
}

/** Calls `__visit` for the members of permanent objects that lack a flag. */
export function visitPermanent(without: u32): void {
  for (let object = permanent; object != END; object = nextOf(headerOf(object))) {
    if (!(headerOf(object).info & without)) visitMembers(object);
  }
}
