import type { Vm } from "../../../../sdk/host/index.js";

// A guest's memory: slots, constants, the journal, and what its allocator gives.
const JOURNAL_END = 16;
const SLOTS = 64;
const DATA = 0x1_0000;
const JOURNAL = 0x2_0000;
const HEAP = 0x4_0000;
const PAGES = 64;

/** Where things are in a guest's memory, and what it imports. */
export class Layout {
  readonly imports = new Set<string>();
  private readonly slots = new Map<string, number>();
  private readonly constants: string[] = [];
  private dataEnd = DATA;

  /** The address of a slot of 16 bytes. */
  slot(name: string): number {
    let at = this.slots.get(name);
    if (at === undefined) this.slots.set(name, (at = SLOTS + this.slots.size * 16));
    return at;
  }

  /** Address and size of some bytes, as two values. */
  data(bytes: Uint8Array): string {
    return `(i32.const ${this.place(bytes)}) (i32.const ${bytes.length})`;
  }

  /** The address of some bytes. */
  place(bytes: Uint8Array): number {
    const at = this.dataEnd;
    this.dataEnd += bytes.length;
    if (this.dataEnd > JOURNAL) throw new Error("too much data for a guest");
    const text = [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
    this.constants.push(`(data (i32.const ${at}) "${text}")`);
    return at;
  }

  /** What each guest has: its memory, an allocator, the journal. */
  text(): string {
    const start = [JOURNAL & 0xff, (JOURNAL >> 8) & 0xff, (JOURNAL >> 16) & 0xff, 0];
    const bytes = start.map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
    return `(memory (export "memory") ${PAGES})
      (data (i32.const ${JOURNAL_END}) "${bytes}") ${this.constants.join("\n")}
      (global $next (mut i32) (i32.const ${HEAP}))
      (func $allocate (export "malloc") (param i32) (result i32)
        (global.set $next (i32.add (global.get $next) (local.get 0)))
        (i32.sub (global.get $next) (local.get 0)))
      (func $note (param i32)
        (i32.store (i32.load (i32.const ${JOURNAL_END})) (local.get 0))
        (i32.store (i32.const ${JOURNAL_END}) (i32.add (i32.load (i32.const ${JOURNAL_END})) (i32.const 4))))`;
  }

  /** All numbers of the journal. */
  journal({ memory }: Vm): number[] {
    const bytes = memory.bytes(JOURNAL, memory.u32(JOURNAL_END)! - JOURNAL)!;
    return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(index * 4));
  }
}
