// Allocation. Small objects are made one behind the other in a chunk, which is a block.

import { largestFree } from "./blocks";
import { add, keep } from "./lists";
import {
  ASSERTIONS,
  HEADER,
  Header,
  MARKED,
  ROUTINE,
  WORD,
  blockFor,
  bytesOf,
  headerOf,
  objectOf,
  release,
  setBytes,
} from "./object";

/** A chunk has 32 KiB if the allocator has as much memory in one piece, or fewer, but at least 2 KiB. */
const CHUNK_BITS: u32 = 15;
const SMALLEST_BITS: u32 = 11;

/** The head of a chunk. It is the smallest block. */
@unmanaged
class Chunk {
  word: u32 = 0;
  previous: usize = 0;
  /** The end of the objects, once another chunk has begun. */
  end: usize = 0;
  /** Stands where an object has the id of its class, for tools that walk through all blocks. */
  id: u32 = 0;
}
const HEAD: usize = 16;

/** Larger objects get a block of their own. */
const LARGEST: usize = (1 << SMALLEST_BITS) - HEAD - HEADER;
/** Too large for the allocator. */
const LIMIT: usize = 1 << 30;

/** The current chunk; 0: none. */
let chunk: usize = 0;
/** The end of its objects. */
let top: usize = 0;
/** Its end. */
let limit: usize = 0;
/** `top - base` bytes were allocated since the last collection. */
let base: usize = 0;

/** The bytes that were allocated since the last collection. */
// @ts-ignore: decorator
@inline
export function allocated(): usize {
  return top - base;
}

// @ts-ignore: decorator
@global
@unsafe
export function __new(size: usize, id: u32): usize {
  if (size > LARGEST) return newLarge(size, id);
  const bytes = blockFor(size);
  if (top + bytes > limit) beginChunk();
  const header = changetype<Header>(top);
  top += bytes;
  header.word = <u32>(bytes - WORD);
  header.info = ROUTINE;
  header.id = id;
  header.size = <u32>size;
  return objectOf(header);
}

function newLarge(size: usize, id: u32): usize {
  // The allocator throws if the size is above its limit.
  const header = changetype<Header>(__alloc(min(size, LIMIT) + HEADER - WORD) - WORD);
  header.id = id;
  header.size = <u32>size;
  add(header, ROUTINE);
  base -= bytesOf(header);
  return objectOf(header);
}

// @ts-ignore: decorator
@global
@unsafe
export function __renew(object: usize, size: usize): usize {
  const header = headerOf(object);
  // A constant has no block.
  if (object >= __heap_base) {
    const block = changetype<usize>(header);
    const room = bytesOf(header);
    const bytes = blockFor(size);
    // The last object of the chunk.
    if (block + room == top && size <= LARGEST && block + bytes <= limit) {
      top = block + bytes;
      setBytes(header, bytes);
      header.size = <u32>size;
      return object;
    }
    if (size <= room - HEADER) {
      shrink(header, size);
      return object;
    }
  }
  const made = __new(size, header.id);
  memory.copy(made, object, min(size, <usize>header.size));
  // The old content is not used again.
  if (object >= __heap_base) shrink(header, 0);
  return made;
}

/** Sets a smaller size. The rest of a large block becomes free at once. */
function shrink(header: Header, size: usize): void {
  header.size = <u32>size;
  const room = bytesOf(header);
  const bytes = blockFor(size);
  if (room < 1 << SMALLEST_BITS || room == bytes) return;
  setBytes(header, bytes);
  const rest = changetype<usize>(header) + bytes;
  changetype<Header>(rest).word = <u32>(room - bytes - WORD);
  release(rest);
}

function beginChunk(): void {
  if (chunk != 0) changetype<Chunk>(chunk).end = top;
  // Rather than let the memory grow, a chunk is smaller.
  const free = largestFree();
  const bits = free >= SMALLEST_BITS && free < CHUNK_BITS ? free : CHUNK_BITS;
  useChunk(__alloc(((<usize>1) << bits) - WORD) - WORD, chunk, top - base);
}

function useChunk(block: usize, previous: usize, allocated: usize): void {
  changetype<Chunk>(block).previous = previous;
  changetype<Chunk>(block).id = 0;
  chunk = block;
  top = block + HEAD;
  limit = block + bytesOf(changetype<Header>(block));
  base = top - allocated;
}

/**
 * Empties chunks without marked objects. Cuts the others into blocks: a marked object becomes a block and stays where it is,
 * and what lies between becomes free.
 *
 * @param hasMarked whether there may be a marked object
 */
export function sweepChunks(hasMarked: bool): void {
  let current = chunk;
  if (current != 0) changetype<Chunk>(current).end = top;
  chunk = 0;
  while (current != 0) {
    const block = current;
    const end = changetype<Chunk>(block).end;
    const limit = block + bytesOf(changetype<Header>(block));
    current = changetype<Chunk>(block).previous;
    let gap = block;
    let at = block + HEAD;
    while ((hasMarked || isDefined(__finalize)) && at < end) {
      const header = changetype<Header>(at);
      const next = at + bytesOf(header);
      if (header.info & MARKED) {
        if (gap != at) releaseGap(gap, at, block);
        keep(header);
        gap = next;
      } else if (isDefined(__finalize)) __finalize(objectOf(header));
      at = next;
    }
    if (gap != block || chunk != 0) {
      if (gap != limit) releaseGap(gap, limit, block);
    } else {
      if (ASSERTIONS) memory.fill(block + HEAD, 0xdd, limit - block - HEAD);
      chunk = block;
    }
  }
  if (chunk != 0) useChunk(chunk, 0, 0);
  else top = limit = base = 0;
}

/** Makes a part of a chunk a free block. Only the first part already has a word, with flags of the allocator. */
function releaseGap(from: usize, to: usize, block: usize): void {
  if (from != block) changetype<Header>(from).word = 0;
  setBytes(changetype<Header>(from), to - from);
  release(from);
}
