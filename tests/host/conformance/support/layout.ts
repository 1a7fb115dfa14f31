import type { Vm } from "../../../../sdk/host/index.js";
import { allocatorText, HEAP } from "../../wat.js";

const SLOTS = 64;
const JOURNAL_END = 16;

/** The regions of a guest's memory. */
interface Plan {
  data: number;
  dataEnd: number;
  heap: number;
  memory: string;
  /** The address of the journal of callbacks; undefined for no journal. */
  journal?: number;
}

/** For guests that keep a journal. */
export const WITH_JOURNAL: Plan = {
  ...{ data: 0x1_0000, dataEnd: 0x2_0000, journal: 0x2_0000, heap: 0x4_0000 },
  memory: '(memory (export "memory") 64)',
};

/** One page, for tests that need a known end of memory. */
export const ONE_PAGE: Plan = { data: 256, dataEnd: HEAP, heap: HEAP, memory: '(memory (export "memory") 1)' };

/** The addresses of slots and constants in a guest's memory, and the guest's imports. */
export class Layout {
  readonly imports = new Set<string>();
  private readonly slots = new Map<string, number>();
  private readonly constants: string[] = [];
  private dataEnd: number;

  constructor(private readonly plan: Plan) {
    this.dataEnd = plan.data;
  }

  /** The address of a slot of 16 bytes. */
  slot(name: string): number {
    let at = this.slots.get(name);
    if (at === undefined) this.slots.set(name, (at = SLOTS + this.slots.size * 16));
    return at;
  }

  /** Places bytes in the memory. Returns address and size as two values in WebAssembly text. */
  data(bytes: Uint8Array): string {
    return `(i32.const ${this.place(bytes)}) (i32.const ${bytes.length})`;
  }

  /** Places bytes in the memory. Returns their address. */
  place(bytes: Uint8Array): number {
    const at = this.dataEnd;
    this.dataEnd += bytes.length;
    if (this.dataEnd > this.plan.dataEnd) throw new Error("too much data for a guest");
    this.constants.push(dataText(at, bytes));
    return at;
  }

  /** The parts of every guest: memory, constants, an allocator, and the journal if there is one. */
  parts({ memory = this.plan.memory, allocator = "malloc" } = {}): string[] {
    const { heap, journal } = this.plan;
    const noting = `(func $note (param i32)
      (i32.store (i32.load (i32.const ${JOURNAL_END})) (local.get 0))
      (i32.store (i32.const ${JOURNAL_END}) (i32.add (i32.load (i32.const ${JOURNAL_END})) (i32.const 4))))`;
    const begin =
      journal === undefined ? [] : [dataText(JOURNAL_END, Buffer.from(Uint32Array.of(journal).buffer)), noting];
    return [memory, ...this.constants, allocatorText(allocator, heap), ...begin];
  }

  /** All numbers of the journal. */
  journal({ memory }: Vm): number[] {
    const { journal } = this.plan;
    if (journal === undefined) throw new Error("this guest keeps no journal");
    const bytes = memory.bytes(journal, memory.u32(JOURNAL_END)! - journal)!;
    return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(index * 4));
  }
}

function dataText(at: number, bytes: Uint8Array): string {
  const text = [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
  return `(data (i32.const ${at}) "${text}")`;
}
