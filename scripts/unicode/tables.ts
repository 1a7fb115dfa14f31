// Encodes Unicode's general categories and simple case folding for assembly/text/regex/unicode-data.ts.

/** A run of code points of the same category. */
export type Run = readonly [category: string, length: number];
/** A code point, and the next greater code point that folds to the same. */
export type Fold = readonly [from: number, to: number];

/** The categories in the order of their numbers; the number after them stands for Lu and Ll in turns. */
export const CATEGORIES = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co Cn";
const NUMBERS = new Map(CATEGORIES.split(" ").map((name, number) => [name, number]));
const IN_TURNS = NUMBERS.size;
/** The least length that does not fit into the three bits after a number. */
const LONG = 8;

/** Reads what tests/go-regexp/main.go writes. */
export function readUnicode(output: string): { runs: Run[]; folds: Fold[] } {
  const lines = output
    .trim()
    .split("\n")
    .map((line) => line.split(" ") as [string, string]);
  const isRun = ([first]: [string, string]): boolean => NUMBERS.has(first);
  return {
    runs: lines.filter(isRun).map(([category, length]) => [category, Number(length)]),
    folds: lines.filter((line) => !isRun(line)).map(([from, to]) => [Number(from), Number(to)]),
  };
}

/** Each run is a byte with the category and a length up to 7; with a length of 0, the length minus 8 follows. */
export function encodeRuns(runs: readonly Run[]): number[] {
  const bytes: number[] = [];
  for (let at = 0; at < runs.length;) {
    let turns = 0;
    while (runs[at + turns]?.[1] === 1 && runs[at + turns]![0] === (turns % 2 ? "Ll" : "Lu")) turns++;
    const [number, length] = turns > 2 ? [IN_TURNS, turns] : [NUMBERS.get(runs[at]![0])!, runs[at]![1]];
    bytes.push((number << 3) | (length < LONG ? length : 0));
    if (length >= LONG) bytes.push(...varint(length - LONG));
    at += turns > 2 ? turns : 1;
  }
  return bytes;
}

/** Each entry has the distance from the entry before, the count with the step (1 or 2) in its lowest bit, and `to - from`. */
export function encodeFolds(folds: readonly Fold[]): number[] {
  const bytes: number[] = [];
  const left = new Map(folds);
  let previous = 0;
  for (const [from, to] of folds) {
    if (!left.has(from)) continue;
    const distance = to - from;
    const count = (step: number): number => {
      let found = 1;
      while (left.get(from + found * step) === from + found * step + distance) found++;
      return found;
    };
    const step = count(1) >= count(2) ? 1 : 2;
    const most = count(step);
    for (let i = 0; i < most; i++) left.delete(from + i * step);
    bytes.push(...varint(from - previous), ...varint((most << 1) | (step - 1)), ...varint(distance));
    previous = from;
  }
  return bytes;
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >> 7)];
}
