import { isWord } from "./code-point";
import { Assertion } from "./node";
import { firstOf, lastOf, rangeOf, sort } from "./ranges";

/** What an assertion can know of a character. */
export const enum Side {
  Other = 0,
  Word = 1,
  LineFeed = 2,
  /** No character: the start or the end of the text. */
  Edge = 3,
}

/** Two characters are the same symbol if all sets of a pattern contain both or none of them. */
export class Alphabet {
  /** The symbols of the characters below U+0080. */
  readonly ascii: StaticArray<i32> = new StaticArray<i32>(128);
  /** One character for each symbol. */
  readonly samples: Array<i32> = [];
  /** Where ranges of equal characters begin, and the symbols of these ranges. */
  private firsts: Array<i32> = [];
  private symbols: Array<i32> = [];

  /**
   * @param ranges The ranges of all sets.
   * @param sets For each set, where its ranges begin, and for one more set.
   */
  constructor(
    ranges: Array<u64>,
    sets: Array<i32>,
    private assertions: i32,
  ) {
    // The sum of the marks of all sets that contain a character identifies the symbol of the character.
    const edges: Array<u64> = [0];
    for (let set = 0; set < sets.length - 1; set++) {
      for (let i = unchecked(sets[set]); i < unchecked(sets[set + 1]); i++)
        addEdges(edges, unchecked(ranges[i]), set + 2);
    }
    if (this.knows(Assertion.Boundary | Assertion.NoBoundary)) {
      addEdges(edges, rangeOf(0x30, 0x39), 0);
      addEdges(edges, rangeOf(0x41, 0x5a), 0);
      addEdges(edges, rangeOf(0x5f, 0x5f), 0);
      addEdges(edges, rangeOf(0x61, 0x7a), 0);
    }
    if (this.knows(Assertion.LineStart | Assertion.LineEnd)) addEdges(edges, rangeOf(10, 10), 1);
    sort(edges);
    this.name(edges);
    for (let c = 0; c < 128; c++) unchecked((this.ascii[c] = this.find(c)));
  }

  /** The number of symbols. The symbol with this number stands for the edge of the text. */
  get count(): i32 {
    return this.samples.length;
  }

  private knows(assertions: i32): bool {
    return (this.assertions & assertions) != 0;
  }

  /** Gives each range between two edges a symbol. */
  private name(edges: Array<u64>): void {
    let size = 16;
    while (size < edges.length * 2) size <<= 1;
    const keys = new StaticArray<u64>(size);
    const values = new StaticArray<i32>(size);
    let sum: u64 = 0;
    for (let i = 0; i < edges.length;) {
      const c = <u32>(unchecked(edges[i]) >> 32);
      for (; i < edges.length && <u32>(unchecked(edges[i]) >> 32) == c; i++) {
        const edge = <u32>unchecked(edges[i]);
        if (edge == 0) continue;
        sum += edge & 1 ? -mark(edge >> 1) : mark(edge >> 1);
      }
      let slot = (<i32>sum) & (size - 1);
      while (unchecked(values[slot]) != 0 && unchecked(keys[slot]) != sum) slot = (slot + 1) & (size - 1);
      if (unchecked(values[slot]) == 0) {
        this.samples.push(c);
        unchecked((keys[slot] = sum));
        unchecked((values[slot] = this.samples.length));
      }
      this.firsts.push(c);
      this.symbols.push(unchecked(values[slot]) - 1);
    }
  }

  /** The symbol of any character. */
  find(c: u32): i32 {
    let low = 0;
    let count = this.firsts.length;
    while (count > 1) {
      const half = count >> 1;
      if (<u32>unchecked(this.firsts[low + half]) <= c) low += half;
      count -= half;
    }
    return unchecked(this.symbols[low]);
  }

  /** What the assertions of the pattern have to know of a symbol. */
  sideOf(symbol: i32): Side {
    if (this.assertions == 0) return Side.Other;
    if (symbol == this.count) return Side.Edge;
    const c = unchecked(this.samples[symbol]);
    if (c == 10) return this.knows(Assertion.LineStart | Assertion.LineEnd) ? Side.LineFeed : Side.Other;
    return isWord(c) && this.knows(Assertion.Boundary | Assertion.NoBoundary) ? Side.Word : Side.Other;
  }
}

/** Adds where a range begins and where it has ended. Each edge has the number of the set, and whether it is an end. */
function addEdges(edges: Array<u64>, range: u64, set: u32): void {
  edges.push(rangeOf(firstOf(range), (set << 1) + 2));
  edges.push(rangeOf(lastOf(range) + 1, (set << 1) + 3));
}

/** A number of 64 bits for a set, from SplitMix64. */
function mark(set: u64): u64 {
  let x = set * 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/** The assertions that hold between two characters. */
export function assertionsBetween(left: Side, right: Side): i32 {
  let held = (left == Side.Word) == (right == Side.Word) ? Assertion.NoBoundary : Assertion.Boundary;
  if (left == Side.Edge) held |= Assertion.TextStart;
  if (left >= Side.LineFeed) held |= Assertion.LineStart;
  if (right == Side.Edge) held |= Assertion.TextEnd;
  if (right >= Side.LineFeed) held |= Assertion.LineEnd;
  return held;
}
