import { expect, it } from "vitest";
import { compileAssembly } from "../../tests/support/assembly.js";
import { NIGHTLY } from "../../tests/support/nightly.js";
import { Random } from "../../tests/support/random.js";

const SOURCE = `
  import "./assembly/abi/entry";
  import "./assembly/runtime/collector";

  export function fill(count: i32): i32 {
    for (let i = 0; i < count; i++) heap.alloc(60_000);
    return memory.size();
  }

  const SLOTS = 64;
  const blocks = new StaticArray<usize>(SLOTS);
  const sizes = new StaticArray<usize>(SLOTS);

  function check(slot: i32, size: usize): void {
    for (let i: usize = 0; i < size; i++) assert(load<u8>(blocks[slot] + i) == <u8>slot);
  }

  /** Checks and frees the block of a slot, resizes it, or allocates one. All its bytes are the number of the slot. */
  export function change(slot: i32, size: usize): void {
    const block = blocks[slot];
    const before = sizes[slot];
    check(slot, before);
    if (block == 0) blocks[slot] = heap.alloc(size);
    else if (size & 1) blocks[slot] = heap.realloc(block, size);
    else {
      heap.free(block);
      blocks[slot] = 0;
      size = 0;
    }
    assert((blocks[slot] & 15) == 0);
    sizes[slot] = size;
    check(slot, min(size, before));
    memory.fill(blocks[slot], <u8>slot, size);
  }
  export function freeAll(): void {
    for (let slot = 0; slot < SLOTS; slot++) {
      if (blocks[slot] != 0) heap.free(blocks[slot]);
      blocks[slot] = sizes[slot] = 0;
    }
  }
  /** The memory that the plugin adds itself is no memory of blocks. */
  export function grow(): void { memory.fill((<usize>memory.grow(1)) << 16, 0xff, 1 << 16); }
  export function pages(): i32 { return memory.size(); }
  export function tooLarge(): void { heap.alloc(1 << 30); }
`;

it("lets the memory grow by a quarter, not by its size", async () => {
  const wasm = await compileAssembly(SOURCE);
  const before = wasm.number("fill", 0);
  const needed = before + Math.ceil((600 * 60_000) / 65_536);
  expect(wasm.number("fill", 600)).toBeLessThan(1.3 * needed);
});

it("gives blocks that do not overlap, and joins blocks that are free", async () => {
  const wasm = await compileAssembly(SOURCE);
  const random = new Random();
  let pages = 0;
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < (NIGHTLY ? 100_000 : 5_000); i++) {
      wasm.number("change", random.below(64), random.below(2 ** (1 + random.below(17))));
      if (i === 0 && round < 3) wasm.number("grow");
    }
    wasm.number("freeAll");
    if (round === 9) pages = wasm.number("pages");
  }
  expect(wasm.number("pages"), `RANDOM_SEED=${random.seed}`).toBeLessThanOrEqual(pages * 1.25);
  expect(() => wasm.number("tooLarge")).toThrow("abort: Allocation too large");
});
