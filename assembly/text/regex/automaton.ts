import { Alphabet, assertionsBetween, Side } from "./alphabet";
import { Assertion } from "./node";
import { MATCH, Op, Program } from "./program";
import { hasCharacter } from "./ranges";

/** The number of 32-bit words that the table, and the sets, of an automaton may have. */
const MAX_TABLE: i32 = 1 << 15;
const MAX_SETS: i32 = 1 << 15;
/** The most states of an automaton. */
const MAX_ROWS: i32 = 1 << 12;

/** Whether the step before reached the goal: a match has ended here, or with a reverse automaton, can begin here. */
export const REACHED: u32 = 1;
/** Set in every step but DEAD, so that a 0 in the table is a step that was not taken yet. */
export const KNOWN: u32 = 2;
/** No text can reach the goal any more. */
export const DEAD: u32 = 4;

/** The words that describe a state: where its set begins, the size of the set, `Side` and REACHED, and the hash. */
const INFO: i32 = 4;

/**
 * A deterministic automaton that is made as texts need it. Its states are sets of states of the program that have just
 * consumed the same character; the assertions behind this character are checked with the next one.
 *
 * An automaton reads a text forwards from `start`, or in reverse from `MATCH`. It looks for matches that begin anywhere
 * (or in reverse: end anywhere). When its memory is full, it forgets all states.
 *
 * A step is the address of a state's row in the table, relative to the table, with REACHED and KNOWN as lowest bits.
 */
export class Automaton {
  /** For each state and symbol, the next step. Row 0 is not used. */
  table: StaticArray<i32>;
  /** How often all states were forgotten. */
  generation: i32 = 0;
  private width: i32;
  private maxStates: i32;
  private count: i32 = 1;
  private info: StaticArray<i32> = new StaticArray<i32>(8 * INFO);
  private sets: StaticArray<i32> = new StaticArray<i32>(64);
  private used: i32 = 0;
  /** A hash table of states. */
  private slots: StaticArray<i32> = new StaticArray<i32>(16);
  private first: u32 = 0;
  /** For each state of the program, the last visit that saw it. */
  readonly seen: StaticArray<i32>;
  private visit: i32 = 0;
  /** For a visit: a closure puts each way from a state to the next on it at most once, a `Search` three numbers per state. */
  readonly stack: StaticArray<i32>;
  /** The set of `select`. */
  private selected: usize = 0;
  private selectedSize: i32 = 0;
  /** A bit for each state of the program that can consume a character next. */
  private bits: StaticArray<i32>;
  private draft: StaticArray<i32>;
  /** Whether no match can begin behind the start of the text. */
  private isAnchored: bool = false;
  /** In reverse: where the predecessors of each state begin, and the predecessors. */
  private before: StaticArray<i32>;
  private predecessors: StaticArray<i32>;

  constructor(
    private program: Program,
    private alphabet: Alphabet,
    private isReverse: bool,
  ) {
    const states = program.count;
    const width = alphabet.count + 1;
    this.width = width;
    this.maxStates = max(16, min(MAX_ROWS, MAX_TABLE / width));
    this.table = new StaticArray<i32>(4 * width);
    this.seen = new StaticArray<i32>(states);
    this.stack = new StaticArray<i32>(3 * states);
    this.bits = new StaticArray<i32>((states + 31) >> 5);
    this.draft = new StaticArray<i32>(states);
    this.before = new StaticArray<i32>(isReverse ? states + 1 : 0);
    this.predecessors = new StaticArray<i32>(isReverse ? 2 * states : 0);
    if (isReverse) this.findPredecessors();
    else {
      const canMatch = this.close(0, ~Assertion.TextStart);
      const canConsume = this.collect(-1) > 0;
      this.isAnchored = !canMatch && !canConsume;
    }
  }

  private findPredecessors(): void {
    const program = this.program;
    const before = this.before;
    // First the counts, then sums of counts, which the second pass moves down to the beginnings.
    for (let pass = 0; pass < 2; pass++) {
      for (let state = 1; state < program.count; state++) {
        const at = program.at(state);
        this.addPredecessor(load<i32>(at, 4), state, pass);
        if (load<i32>(at) == Op.Split) this.addPredecessor(load<i32>(at, 8), state, pass);
      }
      if (pass == 0) for (let i = 1; i < before.length; i++) unchecked((before[i] += before[i - 1]));
    }
  }

  private addPredecessor(next: i32, state: i32, pass: i32): void {
    const before = this.before;
    if (pass == 0) unchecked(before[next]++);
    else unchecked((this.predecessors[--before[next]] = state));
  }

  /** The step in front of all characters. */
  begin(): u32 {
    if (this.first == 0) this.first = this.intern(0, this.alphabet.sideOf(this.alphabet.count));
    return this.first;
  }

  /** Takes a step that the table does not have yet: from another step, by a symbol. The table may move. */
  take(from: u32, symbol: i32): u32 {
    const state = <i32>(from >> 2) / this.width;
    const alphabet = this.alphabet;
    const left: Side = unchecked(this.info[state * INFO + 2]) & 3;
    const right = alphabet.sideOf(symbol);
    const held = this.isReverse ? assertionsBetween(right, left) : assertionsBetween(left, right);
    const hasReached = this.close(state, held);
    const isEdge = symbol == alphabet.count;
    const size = this.collect(isEdge ? -2 : unchecked(alphabet.samples[symbol]));
    if (size == 0 && this.isAnchored && !hasReached) {
      unchecked((this.table[state * this.width + symbol] = DEAD));
      return DEAD;
    }
    const generation = this.generation;
    const next = this.intern(size, right) | (hasReached ? REACHED : 0);
    if (generation == this.generation) unchecked((this.table[state * this.width + symbol] = next));
    return next;
  }

  /**
   * Marks all states of the program that consume the next character, behind the characters of a state of this
   * automaton. Returns whether the goal is reached.
   */
  private close(state: i32, held: i32): bool {
    const program = this.program;
    const isReverse = this.isReverse;
    const stack = this.stack;
    const goal = isReverse ? program.start : MATCH;
    let top = 0;
    let hasReached = false;
    const visit = this.beginVisit();
    const seen = this.seen;
    // Each state of the set adds one way that leads out of it.
    let index = 0;
    let size = 0;
    if (state > 0) {
      index = unchecked(this.info[state * INFO]);
      size = unchecked(this.info[state * INFO + 1]);
    }
    const end = index + size;
    let current = isReverse ? MATCH : program.start;
    while (true) {
      if (unchecked(seen[current]) != visit) {
        unchecked((seen[current] = visit));
        if (current == goal) hasReached = true;
        if (isReverse) {
          for (let i = unchecked(this.before[current]); i < unchecked(this.before[current + 1]); i++) {
            const previous = unchecked(this.predecessors[i]);
            const at = program.at(previous);
            const op = load<i32>(at);
            if (op == Op.Character) this.mark(previous);
            else if (op != Op.Assertion || (load<i32>(at, 8) & ~held) == 0) {
              if (unchecked(seen[previous]) != visit) unchecked((stack[top++] = previous));
            }
          }
        } else {
          const at = program.at(current);
          const op = load<i32>(at);
          if (op == Op.Character) this.mark(current);
          else if (op != Op.Match && (op != Op.Assertion || (load<i32>(at, 8) & ~held) == 0)) {
            if (op == Op.Split) unchecked((stack[top++] = load<i32>(at, 8)));
            unchecked((stack[top++] = load<i32>(at, 4)));
          }
        }
      }
      if (top > 0) current = unchecked(stack[--top]);
      else if (index < end) {
        const consumed = unchecked(this.sets[index++]);
        current = isReverse ? consumed : load<i32>(program.at(consumed), 4);
      } else return hasReached;
    }
  }

  // @ts-ignore: decorator
  @inline
  private mark(state: i32): void {
    unchecked((this.bits[state >> 5] |= 1 << (state & 31)));
  }

  /**
   * Moves the marked states that consume a character to the draft, in ascending order, and removes the marks.
   *
   * @param c The character; -1 for all marked states, -2 for none.
   * @returns How many states are in the draft.
   */
  private collect(c: i32): i32 {
    const program = this.program;
    const ranges = program.ranges.dataStart;
    let size = 0;
    for (let word = 0; word < this.bits.length; word++) {
      let bits = unchecked(this.bits[word]);
      if (bits == 0) continue;
      unchecked((this.bits[word] = 0));
      if (c == -2) continue;
      for (; bits != 0; bits &= bits - 1) {
        const state = (word << 5) + <i32>ctz(bits);
        const at = program.at(state);
        const first = ranges + ((<usize>load<i32>(at, 8)) << 3);
        if (c == -1 || hasCharacter(first, load<i32>(at, 12), c)) unchecked((this.draft[size++] = state));
      }
    }
    return size;
  }

  /** Finds or adds the state for a set in the draft. */
  private intern(size: i32, side: Side): u32 {
    const draft = changetype<usize>(this.draft);
    let hash: u32 = 0x811c9dc5 ^ side;
    for (let i = 0; i < size; i++) hash = (rotl<u32>(hash, 5) ^ unchecked(this.draft[i])) * 0x9e3779b1;
    hash ^= hash >> 15;
    let slot = this.slotOf(hash);
    for (; unchecked(this.slots[slot]) != 0; slot = (slot + 1) & (this.slots.length - 1)) {
      const state = unchecked(this.slots[slot]);
      const info = state * INFO;
      if (unchecked(this.info[info + 3]) != <i32>hash || unchecked(this.info[info + 2]) != side) continue;
      if (unchecked(this.info[info + 1]) != size) continue;
      const set = changetype<usize>(this.sets) + ((<usize>unchecked(this.info[info])) << 2);
      if (memory.compare(set, draft, (<usize>size) << 2) == 0) return this.stepTo(state);
    }
    if (this.makeRoom(size)) slot = this.slotOf(hash);
    while (unchecked(this.slots[slot]) != 0) slot = (slot + 1) & (this.slots.length - 1);
    const state = this.count++;
    unchecked((this.slots[slot] = state));
    const info = state * INFO;
    unchecked((this.info[info] = this.used));
    unchecked((this.info[info + 1] = size));
    unchecked((this.info[info + 2] = side));
    unchecked((this.info[info + 3] = hash));
    memory.copy(changetype<usize>(this.sets) + ((<usize>this.used) << 2), draft, (<usize>size) << 2);
    this.used += size;
    return this.stepTo(state);
  }

  // @ts-ignore: decorator
  @inline
  private slotOf(hash: u32): i32 {
    return hash & (this.slots.length - 1);
  }

  private stepTo(state: i32): u32 {
    return ((<u32>(state * this.width)) << 2) | KNOWN;
  }

  /** Makes room for one more state, whose set has a size. Returns whether the hash table has changed. */
  private makeRoom(size: i32): bool {
    const isFull = this.count == this.maxStates || this.used + size > max(MAX_SETS, 4 * this.program.count);
    if (isFull) {
      this.count = 1;
      this.used = 0;
      this.first = 0;
      this.generation++;
      clear(changetype<usize>(this.table), this.table.length);
      clear(changetype<usize>(this.slots), this.slots.length);
      return true;
    }
    while (this.used + size > this.sets.length) this.sets = grown(this.sets);
    if ((this.count + 1) * this.width > this.table.length) this.table = grown(this.table);
    if ((this.count + 1) * INFO > this.info.length) this.info = grown(this.info);
    if (this.count * 2 < this.slots.length) return false;
    this.slots = new StaticArray<i32>(this.slots.length * 2);
    for (let state = 1; state < this.count; state++) {
      let slot = this.slotOf(unchecked(this.info[state * INFO + 3]));
      while (unchecked(this.slots[slot]) != 0) slot = (slot + 1) & (this.slots.length - 1);
      unchecked((this.slots[slot] = state));
    }
    return true;
  }

  /** Begins to visit states. Returns a number that no state in `seen` has. */
  beginVisit(): i32 {
    if (++this.visit == 0) {
      clear(changetype<usize>(this.seen), this.seen.length);
      this.visit = 1;
    }
    return this.visit;
  }

  /** Chooses the step that `has` is about. No step may be taken in between. */
  select(step: u32): void {
    const info = (<i32>(step >> 2) / this.width) * INFO;
    this.selected = changetype<usize>(this.sets) + ((<usize>unchecked(this.info[info])) << 2);
    this.selectedSize = unchecked(this.info[info + 1]);
  }

  /** Whether the set of the selected step has a state of the program. */
  has(state: i32): bool {
    let set = this.selected;
    let size = this.selectedSize;
    if (size == 0) return false;
    while (size > 1) {
      const half = size >> 1;
      if (load<i32>(set + ((<usize>half) << 2)) <= state) set += (<usize>half) << 2;
      size -= half;
    }
    return load<i32>(set) == state;
  }

  /** Copies what makes up the state of a step, because the automaton may forget the state. */
  save(step: u32): StaticArray<i32> {
    const info = (<i32>(step >> 2) / this.width) * INFO;
    const size = unchecked(this.info[info + 1]);
    const saved = new StaticArray<i32>(size + 1);
    unchecked((saved[0] = this.info[info + 2]));
    memory.copy(
      changetype<usize>(saved) + 4,
      changetype<usize>(this.sets) + ((<usize>unchecked(this.info[info])) << 2),
      (<usize>size) << 2,
    );
    return saved;
  }

  /** The step to a state that was saved. */
  restore(saved: StaticArray<i32>): u32 {
    const size = saved.length - 1;
    memory.copy(changetype<usize>(this.draft), changetype<usize>(saved) + 4, (<usize>size) << 2);
    return this.intern(size, unchecked(saved[0]));
  }
}

function grown(list: StaticArray<i32>): StaticArray<i32> {
  const more = new StaticArray<i32>(list.length * 2);
  memory.copy(changetype<usize>(more), changetype<usize>(list), (<usize>list.length) << 2);
  return more;
}

function clear(words: usize, count: i32): void {
  memory.fill(words, 0, (<usize>count) << 2);
}
