// ┌ 0 ──── 1 Ki ── 4 Ki ──── 16 Ki ─── 88 Ki ── 96 Ki ── 224 Ki ── 256 Ki ┐
// │ next  │ slots │ program │ material │        │ heap   │ anything        │
// └───────┴───────┴─────────┴──────────┴────────┴────────┴─────────────────┘

/** The index of the next operation; after the last operation the guest requests a new program. */
export const NEXT_AT = 0;

/** Where host calls usually write their results. Operations also read arguments from the slots. */
export const SLOTS = 0x400;
export const SLOT_COUNT = 64;

/** The guest's program: its operations, then a byte for each of the next allocations. */
export const PROGRAM = 0x1000;
export const OPERATIONS = 32;
/** Words of an operation: its code, which arguments come from slots, and up to 13 arguments of two words. */
export const OPERATION_WORDS = 28;
export const TAPE = PROGRAM + OPERATIONS * OPERATION_WORDS * 4;
export const TAPE_SIZE = 32;
export const PROGRAM_SIZE = TAPE + TAPE_SIZE - PROGRAM;

/** Bytes that operations pass to host calls. */
export const MATERIAL = 0x4000;
export const MATERIAL_END = 0x1_6000;

export const HEAP = 0x1_8000;
export const HEAP_END = 0x3_8000;

export const PAGES = 4;
export const MOST_PAGES = 8;

/** The code of the operation that ends a callback. Its arguments are the return values for the three kinds of callbacks. */
export const RETURN = 0;

/** The ways in which the guest's allocator can act; the tape has a byte for each allocation. */
export enum Allocation {
  Good = 0,
  Null = 1,
  Outside = 2,
  AtTheEnd = 3,
  Trap = 4,
  Grow = 5,
  HostCall = 6,
  OverItself = 7,
}
