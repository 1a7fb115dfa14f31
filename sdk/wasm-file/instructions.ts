import type { ModuleReader } from "./module-reader.js";

/** The kinds of immediates behind an opcode. Numbers are that many bytes. */
type Immediate = "index" | "indexes" | "block" | "memory" | number;

/** An instruction that this file does not know, such as one for garbage collection. */
export class UnknownInstructionError extends Error {}

const NONE: readonly Immediate[] = [];

/**
 * Reads one instruction with its immediates.
 *
 * @returns the opcode, without the second part that some instructions have
 * @throws UnknownInstructionError
 */
export function readInstruction(reader: ModuleReader): number {
  const opcode = reader.byte();
  const immediates =
    opcode === 0xfc ? bulk(reader.integer()) : opcode === 0xfd ? simd(reader.integer()) : plain(opcode, reader);
  for (const immediate of immediates ?? unknown(opcode)) skip(reader, immediate);
  return opcode;
}

export const LOOP = 0x03;
/** Calls of functions, directly, by a table or by a reference; also as the last instruction of a function. */
export const CALLS: ReadonlySet<number> = new Set([0x10, 0x11, 0x12, 0x13, 0x14, 0x15]);

const PLAIN: Readonly<Record<number, readonly Immediate[]>> = {
  // Blocks: block, loop, if, try, catch, throw, rethrow, delegate.
  ...{ 0x02: ["block"], 0x03: ["block"], 0x04: ["block"], 0x06: ["block"] },
  ...{ 0x07: ["index"], 0x08: ["index"], 0x09: ["index"], 0x18: ["index"] },
  // Branches and calls.
  ...{ 0x0c: ["index"], 0x0d: ["index"], 0x0e: ["indexes", "index"] },
  ...{ 0x10: ["index"], 0x11: ["index", "index"], 0x12: ["index"], 0x13: ["index", "index"] },
  ...{ 0x14: ["index"], 0x15: ["index"] },
  // Select with types, locals, globals and tables.
  ...{ 0x1c: ["indexes"], 0x20: ["index"], 0x21: ["index"], 0x22: ["index"], 0x23: ["index"], 0x24: ["index"] },
  ...{ 0x25: ["index"], 0x26: ["index"] },
  // The size of memory, and constants.
  ...{ 0x3f: ["index"], 0x40: ["index"], 0x41: ["index"], 0x42: ["index"], 0x43: [4], 0x44: [8] },
  // References.
  ...{ 0xd0: ["index"], 0xd1: [], 0xd2: ["index"] },
};

function plain(opcode: number, reader: ModuleReader): readonly Immediate[] | undefined {
  const known = PLAIN[opcode];
  if (known) return known;
  if (opcode >= 0x28 && opcode <= 0x3e) return ["memory"];
  if (opcode === 0xfe) return reader.integer() === 3 ? [1] : ["memory"];
  const isSimple =
    (opcode >= 0x45 && opcode <= 0xc4) || [0x00, 0x01, 0x05, 0x0b, 0x0f, 0x19, 0x1a, 0x1b].includes(opcode);
  return isSimple ? NONE : undefined;
}

/** Conversions, and instructions on whole parts of memories and tables. */
function bulk(second: number): readonly Immediate[] | undefined {
  if (second <= 7) return NONE;
  if ([8, 10, 12, 14].includes(second)) return ["index", "index"];
  return second <= 17 ? ["index"] : undefined;
}

function simd(second: number): readonly Immediate[] {
  if (second <= 11 || second === 92 || second === 93) return ["memory"];
  if (second <= 13) return [16];
  if (second >= 21 && second <= 34) return [1];
  return second >= 84 && second <= 91 ? ["memory", 1] : NONE;
}

function skip(reader: ModuleReader, immediate: Immediate): void {
  if (typeof immediate === "number") reader.at += immediate;
  else if (immediate === "memory") {
    // The alignment, the number of a memory if there are several, and the offset.
    if (reader.integer() & 0x40) reader.integer();
    reader.integer();
  } else if (immediate === "indexes") reader.list(() => reader.integer());
  else {
    // Signed numbers have the same form as unsigned ones.
    const type = reader.integer();
    if (immediate === "block" && (type === 0x63 || type === 0x64)) unknown(type);
  }
}

function unknown(opcode: number): never {
  throw new UnknownInstructionError(`instruction 0x${opcode.toString(16)}`);
}
