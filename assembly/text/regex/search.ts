import { Alphabet, assertionsBetween, Side } from "./alphabet";
import { Automaton, REACHED } from "./automaton";
import { characterBefore, isWord, widthAt } from "./code-point";
import { Op, Program } from "./program";

/** The most code units whose steps are in memory at once. */
export const BLOCK: i32 = 4096;

/** The steps of a block; all searches use the same memory, one after the other. */
// @ts-ignore: decorator
@lazy
let block: StaticArray<i32> = new StaticArray<i32>(0);

/** Where a reverse automaton was at a position. */
class Mark {
  constructor(
    readonly at: i32,
    readonly saved: StaticArray<i32>,
    /** The mark at a greater position. */
    readonly next: Mark | null,
  ) {}
}

/**
 * Finds matches from left to right.
 *
 * A reverse automaton reads the text from its end. Its step at a position knows which states of the program can consume
 * the next character on a way to a match, and whether a match can begin there. With this knowledge, the way of the match
 * that counts most is a walk without dead ends (A. Frisch, L. Cardelli: Greedy regular expression matching, 2004). All
 * matches of a text together take about one reading, although a match may depend on all characters behind it.
 *
 * The steps of a block of positions are in memory. For the blocks behind it, marks are, at about 1/2, 1/4, 1/8 … of the
 * text, and between them again while the search comes closer.
 */
export class Search {
  /** Start and end of the last match, then of its groups; -1 for a group without a part in the match. */
  readonly slots: StaticArray<i32>;
  private mark: Mark | null = null;
  private blockStart: i32 = 0;
  private blockEnd: i32 = -1;

  constructor(
    private program: Program,
    private alphabet: Alphabet,
    private reverse: Automaton,
    groups: i32,
    private text: string,
  ) {
    this.slots = new StaticArray<i32>(2 * groups);
  }

  /** Finds the first match that begins at a position or behind it. */
  find(from: i32): bool {
    const length = this.text.length;
    let at = from;
    while (at <= length) {
      this.load(at);
      const end = this.blockEnd;
      const steps = changetype<usize>(block) - ((<usize>this.blockStart) << 2);
      // Positions within a character have no step.
      while (at <= end && (load<u32>(steps + ((<usize>at) << 2)) & REACHED) == 0) at++;
      if (at <= end) return this.walk(at);
      at = end + max(widthAt(this.text, end), 1);
    }
    return false;
  }

  /** Brings the steps at a position, and at positions behind it, into memory. */
  private load(at: i32): void {
    if (at >= this.blockStart && at <= this.blockEnd) return;
    let most = BLOCK;
    while (true) {
      let mark = this.mark;
      while (mark !== null && mark.at < at) this.mark = mark = mark.next;
      const from = mark === null ? this.text.length : mark.at;
      const step = mark === null ? this.reverse.begin() : this.reverse.restore(mark.saved);
      const distance = from - at;
      if (distance > most) this.advance(from, step, at + (distance >> 1));
      else if (this.read(from, step, at)) return;
      // The automaton has forgotten steps of this block.
      else if (most > 1) most = min(most, distance) >> 1;
    }
  }

  /** Adds a mark at a position, or one position in front of it. */
  private advance(from: i32, step: u32, to: i32): void {
    const reverse = this.reverse;
    const start = changetype<usize>(this.text);
    const ascii = changetype<usize>(this.alphabet.ascii);
    let p = start + ((<usize>from) << 1);
    const end = start + ((<usize>to) << 1);
    while (p > end) {
      const c = characterBefore(start, p);
      p -= c > 0xffff ? 4 : 2;
      const symbol = c < 128 ? load<i32>(ascii + ((<usize>c) << 2)) : this.alphabet.find(c);
      const next = load<u32>(changetype<usize>(reverse.table) + (step & ~3) + ((<usize>symbol) << 2));
      step = next != 0 ? next : reverse.take(step, symbol);
    }
    this.mark = new Mark(<i32>((p - start) >> 1), reverse.save(step), this.mark);
  }

  /** Stores the steps from a mark down to a position. Returns false if the automaton has forgotten some of them. */
  private read(from: i32, step: u32, to: i32): bool {
    const reverse = this.reverse;
    const start = changetype<usize>(this.text);
    const ascii = changetype<usize>(this.alphabet.ascii);
    if (from - to >= block.length) block = new StaticArray<i32>(from - to > 255 ? BLOCK + 1 : 256);
    const generation = reverse.generation;
    const steps = changetype<usize>(block) - ((<usize>to) << 2);
    let p = start + ((<usize>from) << 1);
    const end = start + ((<usize>to) << 1);
    let at = steps + ((<usize>from) << 2);
    while (true) {
      let symbol: i32;
      let width: usize = 2;
      if (p == start) symbol = this.alphabet.count;
      else {
        let c: u32 = load<u16>(p - 2);
        if (c >= 128) {
          c = characterBefore(start, p);
          if (c > 0xffff) width = 4;
          symbol = this.alphabet.find(c);
        } else symbol = load<i32>(ascii + ((<usize>c) << 2));
      }
      let next = load<u32>(changetype<usize>(reverse.table) + (step & ~3) + ((<usize>symbol) << 2));
      if (next == 0) next = reverse.take(step, symbol);
      // Whether a match can begin here is known only now, because assertions look at the character in front.
      store<u32>(at, (step & ~REACHED) | (next & REACHED));
      if (p <= end) break;
      if (width == 4) store<u32>(at - 4, 0);
      p -= width;
      at -= width << 1;
      step = next;
    }
    this.blockStart = to;
    this.blockEnd = generation == reverse.generation ? from : -1;
    return this.blockEnd >= 0;
  }

  /**
   * Follows the match that begins at a position. The stack has states, and triples of a position, a slot and -1: the slot
   * gets the position back.
   */
  private walk(from: i32): bool {
    const program = this.program;
    const reverse = this.reverse;
    const seen = reverse.seen;
    const stack = reverse.stack;
    const slots = this.slots;
    memory.fill(changetype<usize>(slots), 0xff, (<usize>slots.length) << 2);
    let at = from;
    reverse.select(unchecked(block[at - this.blockStart]));
    let state = program.start;
    let top = 0;
    let visit = reverse.beginVisit();
    while (true) {
      const address = program.at(state);
      let isStuck = unchecked(seen[state]) == visit;
      if (!isStuck) {
        unchecked((seen[state] = visit));
        const op: Op = load<i32>(address);
        if (op == Op.Split) unchecked((stack[top++] = load<i32>(address, 8)));
        else if (op == Op.Save) {
          const slot = load<i32>(address, 8);
          unchecked((stack[top++] = slots[slot]));
          unchecked((stack[top++] = slot));
          unchecked((stack[top++] = -1));
          unchecked((slots[slot] = at));
        } else if (op == Op.Character) {
          isStuck = !reverse.has(state);
          if (!isStuck) {
            at += widthAt(this.text, at);
            this.load(at);
            reverse.select(unchecked(block[at - this.blockStart]));
            visit = reverse.beginVisit();
            top = 0;
          }
        } else if (op == Op.Assertion) isStuck = (load<i32>(address, 8) & ~this.assertionsAt(at)) != 0;
        else {
          unchecked((slots[0] = from));
          unchecked((slots[1] = at));
          return true;
        }
        if (!isStuck) state = load<i32>(address, 4);
      }
      while (isStuck) {
        if (top == 0) return false;
        state = unchecked(stack[--top]);
        isStuck = state < 0;
        if (isStuck) {
          const slot = unchecked(stack[--top]);
          unchecked((slots[slot] = stack[--top]));
        }
      }
    }
  }

  private assertionsAt(at: i32): i32 {
    return assertionsBetween(this.sideAt(at - 1), this.sideAt(at));
  }

  private sideAt(at: i32): Side {
    if (at < 0 || at >= this.text.length) return Side.Edge;
    const c = this.text.charCodeAt(at);
    if (c == 10) return Side.LineFeed;
    return isWord(c) ? Side.Word : Side.Other;
  }
}
