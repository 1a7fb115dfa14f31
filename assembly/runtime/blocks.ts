// Allocates blocks of memory, in place of asc's `~lib/rt/tlsf`, which is twice as large. Blocks lie one behind the other:
//
//   used  │ word │ content                                │
//   free  │ word │ next │ before │                │ start │
//
// - The word has the size of the rest of the block, and two flags: `FREE`, and `LEFT_FREE` if the block before is free.
// - There is a list of free blocks for each power of two. `before` is the block whose `next` leads to the block, or a place at
//   which the list begins. `start` is the address of the free block.
// - Two free blocks never lie side by side. The last block of the memory is a word with the size 0.

const FREE: u32 = 1;
const LEFT_FREE: u32 = 2;
const FLAGS: u32 = 3;
const WORD: usize = 4;
const SMALLEST: usize = 12;
const LARGEST: usize = (1 << 30) - WORD;
const PAGE_BITS: u32 = 16;
/** The number of blocks to look at in the only list whose blocks may be too small, before a larger block is cut. */
const TRIES: i32 = 8;

const LISTS: usize = 32;
/** The starts of the lists, of which each has the place of `next` in a block that begins here. */
const STARTS: usize = memory.data(128, 4) - WORD;

/** The end of the memory that blocks use; 0 before the first allocation. */
let end: usize = 0;
let isStarted: bool = false;

// @ts-ignore: decorator
@inline
function sizeOf(block: usize): usize {
  return load<u32>(block) & ~FLAGS;
}

// @ts-ignore: decorator
@inline
function nextOf(block: usize): usize {
  return load<usize>(block, 4);
}

/** The start of the list for blocks of a size. */
// @ts-ignore: decorator
@inline
function listOf(size: usize): usize {
  return STARTS + ((31 - clz(size)) << 2);
}

/** The address of the first block. */
export function firstBlock(): usize {
  // Contents have addresses that are multiples of 16.
  return ((__heap_base + 3) & ~15) + SMALLEST;
}

// @ts-ignore: decorator
@global
@unsafe
export function __alloc(size: usize): usize {
  if (size > LARGEST) throw new Error("Allocation too large");
  const wanted = max(SMALLEST, ((size + WORD + 15) & ~15) - WORD);
  const own = listOf(wanted);
  let block = firstFit(own, wanted, TRIES);
  // Every block of a later list is large enough.
  for (let list = own + 4; block == 0 && list < STARTS + LISTS * 4; list += 4) block = nextOf(list);
  if (block == 0) block = firstFit(own, wanted, i32.MAX_VALUE);
  if (block == 0) {
    grow(wanted);
    return __alloc(size);
  }
  take(block);
  const rest = sizeOf(block) - wanted;
  if (rest != 0) {
    store<u32>(block, wanted);
    store<u32>(block + WORD + wanted, rest - WORD);
    freeBlock(block + WORD + wanted);
  }
  return block + WORD;
}

/** Searches the first `tries` + 1 blocks of a list. Returns the first block with at least `size` bytes, or 0 if none has them. */
function firstFit(list: usize, size: usize, tries: i32): usize {
  let block = nextOf(list);
  while (block != 0 && sizeOf(block) < size) block = tries-- > 0 ? nextOf(block) : 0;
  return block;
}

// @ts-ignore: decorator
@global
@unsafe
export function __realloc(content: usize, size: usize): usize {
  const room = sizeOf(content - WORD);
  if (size <= room) return content;
  const made = __alloc(size);
  memory.copy(made, content, room);
  __free(content);
  return made;
}

// @ts-ignore: decorator
@global
@unsafe
export function __free(content: usize): void {
  // A constant has no block.
  if (content >= __heap_base) freeBlock(content - WORD);
}

/** Frees a used block. */
export function freeBlock(block: usize): void {
  let size = sizeOf(block);
  const right = block + WORD + size;
  if (load<u32>(right) & FREE) {
    take(right);
    size += WORD + sizeOf(right);
  }
  if (load<u32>(block) & LEFT_FREE) {
    const left = load<usize>(block - WORD);
    take(left);
    size += WORD + sizeOf(left);
    block = left;
  }
  store<u32>(block, size | FREE);
  store<usize>(block + size, block);
  const behind = block + WORD + size;
  store<u32>(behind, load<u32>(behind) | LEFT_FREE);
  const list = listOf(size);
  link(block, nextOf(list));
  link(list, block);
}

/** Makes a block the next of another. */
// @ts-ignore: decorator
@inline
function link(block: usize, next: usize): void {
  store<usize>(block, next, 4);
  if (next != 0) store<usize>(next, block, 8);
}

/** Removes a free block from its list, and makes it a used block. */
function take(block: usize): void {
  link(load<usize>(block, 8), nextOf(block));
  const size = sizeOf(block);
  store<u32>(block, size);
  const right = block + WORD + size;
  store<u32>(right, load<u32>(right) & ~LEFT_FREE);
}

/** The highest power of two below which no free block is known to lie; 0: no block is free. */
export function largestFree(): u32 {
  let bits: u32 = 31;
  while (bits != 0 && load<usize>(STARTS + (bits << 2), 4) == 0) bits--;
  return bits;
}

/** Adds free memory: at first the memory behind the constants, then a quarter of the memory, or what a block needs. */
function grow(wanted: usize): void {
  let block = firstBlock();
  if (isStarted) {
    // A gateway keeps three memories per plugin and more, so the memory does not double.
    const before = memory.size();
    const needed = <i32>((wanted + 2 * WORD + SMALLEST + 0xffff) >> PAGE_BITS);
    if (memory.grow(max(before >> 2, needed)) < 0 && memory.grow(needed) < 0) unreachable();
    const start = (<usize>before) << PAGE_BITS;
    // The plugin may have added memory itself.
    block = start == end ? end - WORD : start + SMALLEST;
  }
  isStarted = true;
  end = (<usize>memory.size()) << PAGE_BITS;
  store<u32>(end - WORD, 0);
  store<u32>(block, (<u32>(end - 2 * WORD - block)) | (load<u32>(block) & LEFT_FREE));
  freeBlock(block);
}
