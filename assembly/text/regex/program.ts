import { Kind, Node } from "./node";

/** What a state does. */
export const enum Op {
  Match,
  /** Consumes a character of a set: `a` is the index of its first range, `b` their number. */
  Character,
  /** Goes on to `next`, or else to `a`. */
  Split,
  /** Goes on where the assertions `a` hold. */
  Assertion,
  /** Stores the position in slot `a`. */
  Save,
}

/** The bytes of a state: its op, `next`, `a` and `b`. */
export const STATE_SIZE: usize = 16;
/** The most states of a program. */
export const MAX_STATES: i32 = 1 << 16;
/** The only state with `Op.Match`. */
export const MATCH: i32 = 0;

/**
 * A nondeterministic automaton. Of the two ways out of a split, the first counts more: so the match that Go's regexp
 * prefers is the match on the first way.
 */
export class Program {
  readonly states: StaticArray<i32>;
  count: i32 = 0;
  readonly start: i32;
  /** All assertions of the states. */
  assertions: i32 = 0;

  constructor(
    tree: Node,
    readonly ranges: Array<u64>,
    private sets: Array<i32>,
  ) {
    // One more for the match. Repetitions need fewer states than their size says, never more.
    this.states = new StaticArray<i32>((<i32>tree.size + 1) * 4);
    this.add(Op.Match, 0, 0, 0);
    this.start = this.compile(tree, MATCH);
  }

  /** The address of the state with a number. */
  // @ts-ignore: decorator
  @inline
  at(state: i32): usize {
    return changetype<usize>(this.states) + <usize>state * STATE_SIZE;
  }

  private add(op: Op, next: i32, a: i32, b: i32): i32 {
    const state = this.count++;
    const at = this.at(state);
    store<i32>(at, op);
    store<i32>(at, next, 4);
    store<i32>(at, a, 8);
    store<i32>(at, b, 12);
    return state;
  }

  /** Adds states for a node. Returns the first of them; the last ones lead to `next`. */
  private compile(node: Node, next: i32): i32 {
    const kind = node.kind;
    if (kind == Kind.Character) {
      const first = unchecked(this.sets[node.a]);
      return this.add(Op.Character, next, first, unchecked(this.sets[node.a + 1]) - first);
    }
    if (kind == Kind.Assertion) {
      this.assertions |= node.a;
      return this.add(Op.Assertion, next, node.a, 0);
    }
    const last = node.last;
    if (last === null) return next;
    if (kind == Kind.Sequence) {
      for (let child: Node | null = last; child !== null; child = child.previous) next = this.compile(child, next);
      return next;
    }
    if (kind == Kind.Choice) {
      let first = this.compile(last, next);
      let child = last.previous;
      while (child !== null) {
        first = this.add(Op.Split, this.compile(child, next), first, 0);
        child = child.previous;
      }
      return first;
    }
    if (kind == Kind.Group) {
      const end = this.add(Op.Save, next, 2 * node.a + 1, 0);
      return this.add(Op.Save, this.compile(last, end), 2 * node.a, 0);
    }
    return this.repeat(node, last, next);
  }

  private repeat(node: Node, child: Node, next: i32): i32 {
    const least = node.a;
    const most = node.b;
    let first = next;
    let left = least;
    if (most < 0) {
      first = this.loop(child, next, node.isGreedy, least > 0);
      left--;
    }
    for (let i = least; i < most; i++) first = this.split(this.compile(child, first), next, node.isGreedy);
    for (; left > 0; left--) first = this.compile(child, first);
    return first;
  }

  private split(inside: i32, next: i32, isGreedy: bool): i32 {
    return isGreedy ? this.add(Op.Split, inside, next, 0) : this.add(Op.Split, next, inside, 0);
  }

  /**
   * An expression that matches the empty text must not leave the loop by its first iteration only: x* is (x+)? then
   * (https://go.dev/issue/46123).
   */
  private loop(child: Node, next: i32, isGreedy: bool, isOnce: bool): i32 {
    const again = this.split(next, next, isGreedy);
    const inside = this.compile(child, again);
    store<i32>(this.at(again) + (isGreedy ? 4 : 8), inside);
    if (isOnce) return inside;
    return child.isNullable ? this.split(inside, next, isGreedy) : again;
  }
}
