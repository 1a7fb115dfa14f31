export const enum Kind {
  /** Matches the empty text. */
  Nothing,
  /** Matches a character of the set with the number `a`. */
  Character,
  /** Matches the empty text where the assertions `a` hold. */
  Assertion,
  Sequence,
  Choice,
  /** `a` to `b` times; a `b` of -1 is no limit. */
  Repetition,
  /** The group with the number `a`. */
  Group,
}

/** Conditions on the characters before and after a position. */
export const enum Assertion {
  TextStart = 1,
  TextEnd = 2,
  LineStart = 4,
  LineEnd = 8,
  Boundary = 16,
  NoBoundary = 32,
}

/** A node of the syntax tree of a regular expression. */
export class Node {
  /** The last of the children. They are linked from the last to the first. */
  last: Node | null = null;
  /** The node before this one, with the same parent. */
  previous: Node | null = null;
  isGreedy: bool = true;
  /** How many states the program has for the node. */
  size: i64 = 1;
  /** The product of nested repetitions, of which Go allows 1,000. */
  repeats: i32 = 1;
  /** Levels of nodes, of which Go allows 1,000. */
  height: i32 = 1;
  /** Whether the node can match the empty text. */
  isNullable: bool = false;

  constructor(
    public kind: Kind,
    public a: i32 = 0,
    public b: i32 = 0,
  ) {}
}
