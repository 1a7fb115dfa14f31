import type { Random } from "../../support/random.js";
import type { Operation } from "./guest.js";
import {
  Allocation,
  HEAP,
  OPERATION_WORDS,
  OPERATIONS,
  PAGES,
  RETURN,
  SLOT_COUNT,
  SLOTS,
  TAPE_SIZE,
} from "./layout.js";
import { PLACES, type Group } from "./material.js";
import { SHAPES, WEIGHTS } from "./shapes.js";

const END = PAGES * 65536;
/** Numbers at the limits of ranges, where bugs are likely. */
const EDGES = [0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffc, END, END - 1, END - 4, END - 8, END + 1, 65536];
const WIDE = [0, 1, 2, 0xffffffff, 0x80000000, 0x7fffffff];

/** Writes an operation argument by argument. */
class Writer {
  private at = 0;
  private first = 0;
  private index = 0;

  constructor(
    private readonly words: Uint32Array,
    readonly random: Random,
  ) {}

  begin(at: number, code: number): void {
    this.first = at;
    this.at = at + 2;
    this.index = 0;
    this.words[at] = code;
    this.words[at + 1] = 0;
  }

  put(low: number, high = 0): void {
    this.words[this.at] = low;
    this.words[this.at + 1] = high;
    this.at += 2;
    this.index++;
  }

  /** Writes an argument that the guest reads from a slot when the operation runs. */
  fromSlot(): void {
    this.words[this.first + 1]! |= 1 << this.index;
    this.put(this.random.below(SLOT_COUNT));
  }
}

type Put = (writer: Writer) => void;

const anything: Put = (writer) => {
  const { random } = writer;
  const kind = random.below(8);
  if (kind < 3) writer.put(random.below(6));
  else if (kind < 5) writer.put(SLOTS + 4 * random.below(SLOT_COUNT));
  else if (kind === 5) writer.put(random.pick(EDGES));
  else if (kind === 6) writer.put(random.below(0x1_0000_0000));
  else writer.fromSlot();
};

/** A number below a limit, or now and then anything. */
const number =
  (limit: number): Put =>
  (writer) => {
    if (writer.random.below(16) === 0) anything(writer);
    else writer.put(writer.random.below(limit));
  };

const WORDS: Readonly<Record<string, Put>> = {
  small: number(5),
  buffer: number(10),
  map: number(8),
  context: number(20),
  size: (writer) => (writer.random.below(2) === 0 ? writer.put(writer.random.below(3000)) : anything(writer)),
  period: (writer) => (writer.random.below(2) === 0 ? writer.put(writer.random.below(2000)) : anything(writer)),
  code: (writer) => (writer.random.below(3) > 0 ? writer.put(200 + writer.random.below(400)) : anything(writer)),
  token: (writer) => (writer.random.below(2) === 0 ? writer.fromSlot() : number(24)(writer)),
  out: (writer) => {
    if (writer.random.below(12) > 0) writer.put(SLOTS + 4 * writer.random.below(SLOT_COUNT));
    else if (writer.random.below(2) > 0) writer.put(HEAP + writer.random.below(1000));
    else anything(writer);
  },
  wide: (writer) => writer.put(writer.random.pick(WIDE), writer.random.pick(WIDE)),
};

/** Address and size of a value of a group; now and then of a part of the value, or of other bytes, or outside of memory. */
const bytes = (group: Group): Put => {
  const places = PLACES[group];
  return (writer) => {
    const { random } = writer;
    const [address, size] = random.pick(places);
    const kind = random.below(24);
    if (kind === 0) {
      anything(writer);
      return anything(writer);
    }
    const shift = kind === 1 ? random.below(size + 1) : 0;
    writer.put(address + shift);
    if (kind === 2) anything(writer);
    else writer.put(kind === 3 ? random.below(2 * size + 2) : size - shift);
  };
};

function puts({ name, type }: Operation): readonly Put[] {
  const shape = SHAPES[name];
  if (shape !== undefined) return shape.split(" ").map((word) => WORDS[word] ?? bytes(word as Group));
  const parameters = type.slice(0, type.indexOf(">"));
  return [...parameters].map((letter) => (letter === "I" ? WORDS["wide"]! : anything));
}

/** How many of 1000 allocations are not good ones. */
const BAD_ALLOCATIONS = 30;
/** How many of 1000 operations end the callback. */
const RETURNS = 450;
/** How many of 1000 operations trap or grow the memory instead of calling the host. */
const TRAPS = 2;

/** Writes programs for guests with these operations. */
export class Programmer {
  private readonly hostCalls: { code: number; puts: readonly Put[] }[] = [];

  constructor(
    private readonly operations: readonly Operation[],
    /** Whether the guest may trap. Guests that never trap reach states that take many callbacks. */
    private readonly mayTrap: boolean,
  ) {
    for (const [index, operation] of operations.entries()) {
      const call = { code: index + 1, puts: puts(operation) };
      if (operation.name === "trap" || operation.name === "grow") continue;
      for (let i = WEIGHTS[operation.name] ?? (/^(proxy|envoy)_/.test(operation.name) ? 4 : 1); i > 0; i--)
        this.hostCalls.push(call);
    }
  }

  write(into: Uint8Array, random: Random): void {
    const words = new Uint32Array(into.buffer, into.byteOffset, OPERATIONS * OPERATION_WORDS);
    const writer = new Writer(words, random);
    for (let i = 0; i < OPERATIONS; i++) this.operation(writer, i * OPERATION_WORDS);
    const tape = into.subarray(into.length - TAPE_SIZE);
    for (let i = 0; i < TAPE_SIZE; i++) {
      if (random.below(1000) >= BAD_ALLOCATIONS) continue;
      const how = 1 + random.below(Allocation.OverItself);
      // On Envoy, a host call during an allocation traps.
      const isTrap = how === Allocation.Trap || how === Allocation.HostCall;
      tape[i] = isTrap && (!this.mayTrap || random.below(4) > 0) ? Allocation.Null : how;
    }
  }

  private operation(writer: Writer, at: number): void {
    const { random } = writer;
    const kind = random.below(1000);
    if (kind < RETURNS) return this.returnValues(writer, at);
    if (kind < RETURNS + TRAPS) return writer.begin(at, this.mayTrap ? this.operations.length - random.below(2) : this.operations.length); // prettier-ignore
    const call = random.pick(this.hostCalls);
    writer.begin(at, call.code);
    for (const put of call.puts) put(writer);
  }

  /** The end of a callback, and its return value. Where 1 is the value for success, the guest flips the last bit. */
  private returnValues(writer: Writer, at: number): void {
    const { random } = writer;
    writer.begin(at, RETURN);
    if (random.below(2) === 0) writer.put(0);
    else if (random.below(20) > 0) writer.put(random.below(5));
    else anything(writer);
    writer.put(random.below(50) === 0 ? 1 : 0);
    writer.put(random.below(30) === 0 ? 1 : 0);
  }
}
