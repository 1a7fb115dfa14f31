import type { Import } from "./binary.js";
import { CALLS, LOOP, readInstruction, UnknownInstructionError } from "./instructions.js";
import { ModuleReader } from "./module-reader.js";

/** The exports that `addLoopChecks` adds: a table for the function to call, and the number of steps until its next call. */
export const CHECK_TABLE = "as-proxy-wasm check";
export const CHECK_STEPS = "as-proxy-wasm steps";

const [TYPE, TABLE, GLOBAL, EXPORT, CODE] = [1, 4, 6, 7, 10];
/** The order of sections in a module, by their ids. Custom sections, 0, may stand anywhere. */
const ORDER = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];
const FUNCTION_TYPE = 0x60;

export interface CheckedModule {
  bytes: Uint8Array;
  /** The position in the original module of a position in the code. */
  original: (at: number) => number;
}

/**
 * Makes a module count its steps, and call a function of the host after a number of them: so the host can end a loop. A
 * step is one pass of a loop, or a call of a function that calls others. The host puts a function into the table
 * `CHECK_TABLE`, and sets the number of steps, `CHECK_STEPS`. Until then, the module counts from the largest number.
 *
 * No index of the module changes: the type, the table and the global of the checks come last.
 *
 * @param bytes a valid module
 * @returns undefined for a module with instructions that are not known
 */
export function addLoopChecks(bytes: Uint8Array, imports: readonly Import[]): CheckedModule | undefined {
  try {
    return withChecks(bytes, (kind) => imports.filter((one) => one.kind === kind).length);
  } catch (error) {
    if (error instanceof UnknownInstructionError) return undefined;
    throw error;
  }
}

type Kind = "table" | "global";

function withChecks(bytes: Uint8Array, imported: (kind: Kind) => number): CheckedModule {
  const sections = new Map<number, { from: number; to: number }>();
  const output = new Output(bytes);
  const reader = new ModuleReader(bytes);
  for (const { id, to } of reader.sections()) if (id !== 0) sections.set(id, { from: reader.at, to });
  const countOf = (id: number) => {
    const section = sections.get(id);
    return section ? new ModuleReader(bytes, section.from).integer() : 0;
  };
  checkTypes(bytes, sections.get(TYPE));
  const [type, table, global] = [
    countOf(TYPE),
    imported("table") + countOf(TABLE),
    imported("global") + countOf(GLOBAL),
  ];
  const added: Record<number, number[]> = {
    [TYPE]: [FUNCTION_TYPE, 0, 0],
    // One function, at least and at most.
    [TABLE]: [0x70, 1, 1, 1],
    // A variable i32 with the value 2 ** 31 - 1.
    [GLOBAL]: [0x7f, 1, 0x41, 0xff, 0xff, 0xff, 0xff, 0x07, 0x0b],
    [EXPORT]: [...exported(CHECK_TABLE, 1, table), ...exported(CHECK_STEPS, 3, global)],
  };
  const check = [
    ...[0x23, ...integer(global), 0x41, 1, 0x6b, 0x24, ...integer(global)], // steps = steps - 1
    ...[0x23, ...integer(global), 0x45, 0x04, 0x40], // if (steps == 0)
    ...[0x41, 0, 0x11, ...integer(type), ...integer(table), 0x0b], // table[0]()
  ];
  const add = (id: number, before: { from: number; to: number } | undefined) => {
    const more = added[id]!;
    const count = id === EXPORT ? 2 : 1;
    const first = before && new ModuleReader(bytes, before.from);
    const total = integer((first?.integer() ?? 0) + count);
    const size = total.length + (first ? before.to - first.at : 0) + more.length;
    output.add([id, ...integer(size), ...total]);
    if (first) output.copy(first.at, before.to);
    output.add(more);
  };
  const missing = Object.keys(added)
    .map(Number)
    .filter((id) => !sections.has(id));
  const addMissing = (before: number) => {
    while (missing.length > 0 && ORDER.indexOf(missing[0]!) < before) add(missing.shift()!, undefined);
  };
  missing.sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  output.copy(0, 8);
  const again = new ModuleReader(bytes);
  for (const { id, from, to } of again.sections()) {
    if (id !== 0) addMissing(ORDER.indexOf(id));
    if (added[id]) add(id, { from: again.at, to });
    else if (id === CODE) addCode(output, bytes, again.at, check);
    else output.copy(from, to);
  }
  addMissing(ORDER.length);
  return { bytes: output.bytes(), original: (at) => output.original(at) };
}

/** @throws UnknownInstructionError for a module with other types than functions, which number types in another way */
function checkTypes(bytes: Uint8Array, section: { from: number } | undefined): void {
  if (!section) return;
  const reader = new ModuleReader(bytes, section.from);
  reader.list(() => {
    if (reader.byte() !== FUNCTION_TYPE) throw new UnknownInstructionError("a type that is not a function");
    const values = () => reader.list(() => valueType(reader));
    values();
    values();
  });
}

function valueType(reader: ModuleReader): void {
  const type = reader.byte();
  if (type < 0x65) throw new UnknownInstructionError(`value type 0x${type.toString(16)}`);
}

function addCode(output: Output, bytes: Uint8Array, at: number, check: readonly number[]): void {
  const reader = new ModuleReader(bytes, at);
  const code = new Output(bytes);
  const count = reader.integer();
  code.add(integer(count));
  for (let i = 0; i < count; i++) {
    const size = reader.integer();
    const from = reader.at;
    const to = from + size;
    const points = pointsOf(reader, to);
    code.add(integer(size + points.length * check.length));
    let copied = from;
    for (const point of points) {
      code.copy(copied, point);
      code.add(check);
      copied = point;
    }
    code.copy(copied, to);
    reader.at = to;
  }
  output.add([CODE, ...integer(code.size)]);
  output.append(code);
}

/** The positions of checks in a function: at its beginning if it calls others, and in its loops. */
function pointsOf(reader: ModuleReader, to: number): number[] {
  reader.list(() => {
    reader.integer();
    valueType(reader);
  });
  const begin = reader.at;
  const loops: number[] = [];
  let calls = false;
  while (reader.at < to) {
    const opcode = readInstruction(reader);
    if (opcode === LOOP) loops.push(reader.at);
    calls ||= CALLS.has(opcode);
  }
  return calls ? [begin, ...loops] : loops;
}

/** The parts of a changed module, some of them copied from the original one. */
class Output {
  size = 0;
  private readonly parts: { at: number; from: number | undefined; bytes: Uint8Array }[] = [];

  constructor(private readonly source: Uint8Array) {}

  add(bytes: readonly number[]): void {
    this.push(Uint8Array.from(bytes), undefined);
  }

  copy(from: number, to: number): void {
    if (to > from) this.push(this.source.subarray(from, to), from);
  }

  append(other: Output): void {
    for (const { bytes, from } of other.parts) this.push(bytes, from);
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.parts.map(({ bytes }) => bytes));
  }

  /** The position in the source. An added part stands for the copied part before it. */
  original(at: number): number {
    let [low, high] = [0, this.parts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.parts[middle]!.at <= at) low = middle;
      else high = middle;
    }
    while (low > 0 && this.parts[low]!.from === undefined) low--;
    const { at: start, from = 0, bytes } = this.parts[low]!;
    return from + Math.min(at - start, bytes.length - 1);
  }

  private push(bytes: Uint8Array, from: number | undefined): void {
    this.parts.push({ at: this.size, from, bytes });
    this.size += bytes.length;
  }
}

function exported(name: string, kind: number, index: number): number[] {
  return [...integer(name.length), ...Buffer.from(name), kind, ...integer(index)];
}

/** A number as LEB128. */
function integer(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...integer(Math.floor(value / 0x80))];
}
