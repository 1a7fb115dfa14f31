import { Cursor } from "./cursor";
import { Kind, Node } from "./node";

/** The greatest number in `{}` that Go accepts. */
const MAX_TIMES: i32 = 1000;
/** Stands for all numbers that are too large. */
const TOO_MANY: i32 = 100_000;
/** Stands for a missing number. */
const NO_NUMBER: i32 = -2;

/** How often an expression is repeated; a `most` of -1 is no limit. */
export class Repetition {
  constructor(
    readonly least: i32,
    readonly most: i32,
  ) {}

  /** The node for the repetition of another node. */
  of(child: Node, isGreedy: bool): Node {
    const least = this.least;
    const most = this.most;
    const node = new Node(Kind.Repetition, least, most);
    const isLimited = most >= 0;
    const times = isLimited ? most : max(least, 1);
    node.last = child;
    node.isGreedy = isGreedy;
    node.isNullable = least == 0 || child.isNullable;
    node.height = child.height + 1;
    node.size = child.size * times + (isLimited ? most - least : 2) + 1;
    node.repeats = child.repeats * times;
    return node;
  }
}

/**
 * Reads `*`, `+`, `?`, `{2}`, `{2,}` or `{2,3}`.
 *
 * @returns null if no repetition follows, or with an error
 */
export function readRepetition(cursor: Cursor): Repetition | null {
  const start = cursor.at;
  if (cursor.take(0x2a)) return new Repetition(0, -1);
  if (cursor.take(0x2b)) return new Repetition(1, -1);
  if (cursor.take(0x3f)) return new Repetition(0, 1);
  cursor.at++;
  const least = readNumber(cursor);
  let most = least;
  if (least >= 0 && cursor.take(0x2c)) most = cursor.peek() == 0x7d ? -1 : readNumber(cursor);
  if (least < 0 || most == NO_NUMBER || !cursor.take(0x7d)) {
    cursor.at = start;
    return null;
  }
  if (least <= MAX_TIMES && most <= MAX_TIMES && (most < 0 || least <= most)) return new Repetition(least, most);
  cursor.fail(start, "ascending numbers up to 1000");
  return null;
}

/** Reads a number without leading zeros. */
function readNumber(cursor: Cursor): i32 {
  const start = cursor.at;
  let value = 0;
  while (<u32>(cursor.peek() - 0x30) < 10) value = min(value * 10 + cursor.next() - 0x30, TOO_MANY);
  const length = cursor.at - start;
  return length == 0 || (length > 1 && cursor.text.charCodeAt(start) == 0x30) ? NO_NUMBER : value;
}
