// The header of an object. asc's compiler and standard library rely on its size and on its last two fields.

import { freeBlock } from "./blocks";

/** A routine object was made since the last configuration. Other objects are permanent, and so are the module's constants. */
export const ROUTINE: u32 = 1;
/** The collection that runs has reached the object. */
export const MARKED: u32 = 2;
/** The permanent object is in the list of written objects. */
export const WRITTEN: u32 = 4;
/** The object is pinned. */
export const PINNED: u32 = 8;
const FLAGS: u32 = 15;

/** Stands for the next object at the end of a list, so that `isInList` sees the last object of a list too. */
export const END: usize = FLAGS + 1;

/** The bytes between the start of the header and the object. */
export const HEADER: usize = 20;
/** The part of the header that belongs to blocks.ts: the first word of each block. */
export const WORD: usize = 4;
const WORD_FLAGS: u32 = 3;

/** The runtime checks itself. The transform sets this constant to false in optimized builds. */
export const ASSERTIONS: bool = true;

/** The header of an object. Objects begin at multiples of 16, so the lower bits of an address have room for flags. */
@unmanaged
export class Header {
  /** The size of the block without this word, and two flags of blocks.ts. */
  word: u32 = 0;
  /** The next object in a list, and the flags above. */
  info: u32 = 0;
  /** The next object to scan, or the next written object. */
  link: usize = 0;
  /** The id of the class. */
  id: u32 = 0;
  /** The size of the content in bytes. */
  size: u32 = 0;
}

// @ts-ignore: decorator
@inline
export function headerOf(object: usize): Header {
  return changetype<Header>(object - HEADER);
}

// @ts-ignore: decorator
@inline
export function objectOf(header: Header): usize {
  return changetype<usize>(header) + HEADER;
}

/** The next object in a list, or `END`. */
// @ts-ignore: decorator
@inline
export function nextOf(header: Header): usize {
  return header.info & ~FLAGS;
}

/** Whether an object is in a list. The others are in chunks. `info`: the field of its header. */
// @ts-ignore: decorator
@inline
export function isInList(info: u32): bool {
  return info > FLAGS;
}

/** The flags that an object keeps after a collection. */
// @ts-ignore: decorator
@inline
export function flagsOf(header: Header): u32 {
  return header.info & (FLAGS ^ MARKED);
}

/** The bytes of a block with its word. */
// @ts-ignore: decorator
@inline
export function bytesOf(block: Header): usize {
  return WORD + (block.word & ~WORD_FLAGS);
}

/** The size of a block for a content of some bytes. */
// @ts-ignore: decorator
@inline
export function blockFor(size: usize): usize {
  return (size + HEADER + 15) & ~15;
}

/** Sets the size of a block. */
// @ts-ignore: decorator
@inline
export function setBytes(block: Header, bytes: usize): void {
  block.word = (<u32>(bytes - WORD)) | (block.word & WORD_FLAGS);
}

/** Frees a block. */
export function release(block: usize): void {
  // The lowest bit: the block is free already.
  if (ASSERTIONS) assert(!(changetype<Header>(block).word & 1));
  if (ASSERTIONS) memory.fill(block + WORD, 0xdd, bytesOf(changetype<Header>(block)) - WORD);
  freeBlock(block);
}
