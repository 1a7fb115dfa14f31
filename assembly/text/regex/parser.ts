import { integerText } from "../../abi/decimal";
import { readBrackets } from "./brackets";
import { Cursor } from "./cursor";
import { readEscape, readSetEscape } from "./escapes";
import { Assertion, Kind, Node } from "./node";
import { addAll, LAST_CHARACTER, rangeOf } from "./ranges";
import { readRepetition, Repetition } from "./repetition";
import { addFolded } from "./unicode";

/** The greatest height of the tree that Go accepts. */
const MAX_HEIGHT: i32 = 1000;

const enum Flag {
  Fold = 1,
  DotAll = 2,
  Lines = 4,
  Lazy = 8,
}

/** A group that has no end yet. */
class OpenGroup {
  /** The last node of the sequence that is being read. */
  last: Node | null = null;
  /** The last of the choices before. */
  choices: Node | null = null;

  constructor(
    readonly parent: OpenGroup | null,
    readonly start: i32,
    /** 0 for a group that captures nothing. */
    readonly index: i32,
    /** The flags outside the group. */
    readonly flags: i32,
  ) {}
}

/** Parses a regular expression. The syntax is RE2's, as Go's regexp has it (https://github.com/google/re2/wiki/Syntax). */
export class Parser {
  private cursor: Cursor;
  private flags: i32 = 0;
  private group: OpenGroup = new OpenGroup(null, 0, 0, 0);
  /** Whether the last thing read was a repetition. */
  private isRepeated: bool = false;
  /** The ranges of all sets. */
  readonly ranges: Array<u64> = [];
  /** For each set, where its ranges begin, and for one more set. */
  readonly sets: Array<i32> = [0];
  /** The names of the groups; "" for a group without a name, and for the whole match. */
  readonly names: Array<string> = [""];

  constructor(readonly pattern: string) {
    this.cursor = new Cursor(pattern);
  }

  get error(): string {
    return this.cursor.error;
  }

  /** Makes an error of a pattern that was parsed. */
  reject(expected: string): void {
    this.cursor.fail(0, expected);
  }

  /** Returns the tree; without use if there is an `error`. */
  parse(): Node {
    const cursor = this.cursor;
    while (cursor.error.length == 0 && !cursor.isAtEnd) {
      const wasRepeated = this.isRepeated;
      this.isRepeated = false;
      this.term(wasRepeated);
    }
    if (this.group.parent !== null) {
      cursor.fail(cursor.text.length, ") for the ( at offset " + integerText(this.group.start));
    }
    return this.closed();
  }

  private term(wasRepeated: bool): void {
    const cursor = this.cursor;
    const c = cursor.peek();
    if (c == 0x5c) return this.escape();
    if (c == 0x28) return this.open();
    if (c == 0x29) return this.close();
    if (c == 0x5b) return this.addSet(readBrackets(cursor, this.has(Flag.Fold)));
    if (c == 0x2a || c == 0x2b || c == 0x3f || c == 0x7b) {
      const start = cursor.at;
      const repetition = readRepetition(cursor);
      if (repetition !== null) return this.repeat(repetition, start, wasRepeated);
      if (cursor.error.length > 0) return;
    }
    cursor.next();
    if (c == 0x7c) return this.endChoice();
    if (c == 0x5e) return this.assert(this.has(Flag.Lines) ? Assertion.LineStart : Assertion.TextStart);
    if (c == 0x24) return this.assert(this.has(Flag.Lines) ? Assertion.LineEnd : Assertion.TextEnd);
    if (c == 0x2e) return this.dot();
    this.literal(cursor.text.codePointAt(cursor.at - (isHigh(c) ? 2 : 1)));
  }

  private has(flag: Flag): bool {
    return (this.flags & flag) != 0;
  }

  private literal(c: u32): void {
    const set: Array<u64> = [rangeOf(c, c)];
    if (this.has(Flag.Fold)) addFolded(set);
    this.addSet(set);
  }

  private dot(): void {
    if (this.has(Flag.DotAll)) return this.addSet([rangeOf(0, LAST_CHARACTER)]);
    this.addSet([rangeOf(0, 9), rangeOf(11, LAST_CHARACTER)]);
  }

  private addSet(set: Array<u64>): void {
    addAll(this.ranges, set);
    this.sets.push(this.ranges.length);
    this.push(new Node(Kind.Character, this.sets.length - 2));
  }

  private assert(assertion: Assertion): void {
    const node = new Node(Kind.Assertion, assertion);
    node.isNullable = true;
    this.push(node);
  }

  private push(node: Node): void {
    node.previous = this.group.last;
    this.group.last = node;
    if (node.height > MAX_HEIGHT) this.cursor.fail(this.cursor.at, "at most 1000 levels");
  }

  private escape(): void {
    const cursor = this.cursor;
    const letter = cursor.peek(1);
    let assertion = 0;
    if (letter == 0x41) assertion = Assertion.TextStart;
    else if (letter == 0x7a) assertion = Assertion.TextEnd;
    else if (letter == 0x62) assertion = Assertion.Boundary;
    else if (letter == 0x42) assertion = Assertion.NoBoundary;
    if (assertion != 0) {
      cursor.at += 2;
      return this.assert(assertion);
    }
    if (letter == 0x51) return this.quotation();
    const set = new Array<u64>();
    if (readSetEscape(cursor, set, this.has(Flag.Fold))) return this.addSet(set);
    if (cursor.error.length > 0) return;
    const c = readEscape(cursor);
    if (c >= 0) this.literal(c);
  }

  /** Reads `\Q…\E`; the end of the pattern is an end too. */
  private quotation(): void {
    const cursor = this.cursor;
    cursor.at += 2;
    const found = cursor.text.indexOf("\\E", cursor.at);
    const end = found < 0 ? cursor.text.length : found;
    while (cursor.at < end) this.literal(cursor.next());
    if (found >= 0) cursor.at += 2;
  }

  private repeat(repetition: Repetition, start: i32, wasRepeated: bool): void {
    const cursor = this.cursor;
    let isGreedy = !this.has(Flag.Lazy);
    if (cursor.take(0x3f)) isGreedy = !isGreedy;
    const child = this.group.last;
    if (wasRepeated || child === null) {
      cursor.fail(start, "an expression before " + cursor.text.substring(start, cursor.at));
      return;
    }
    this.group.last = child.previous;
    child.previous = null;
    const node = repetition.of(child, isGreedy);
    if (node.repeats > 1000) cursor.fail(start, "at most 1000 nested repetitions");
    this.isRepeated = true;
    this.push(node);
  }

  /** Reads the beginning of a group, or flags. */
  private open(): void {
    const cursor = this.cursor;
    const start = cursor.at++;
    if (!cursor.take(0x3f)) return this.begin(start, true, "", this.flags);
    if (cursor.peek() == 0x3c || (cursor.peek() == 0x50 && cursor.peek(1) == 0x3c)) {
      cursor.at += cursor.peek() == 0x3c ? 1 : 2;
      const name = cursor.takeUntil(">");
      if (name !== null && isName(name)) return this.begin(start, true, name, this.flags);
      cursor.fail(start, "(?P<name> with letters, digits and _");
      return;
    }
    const flags = this.readFlags();
    if (flags < 0) cursor.fail(start, "(?:, (?P<name> or (?imsU)");
    else if (cursor.next() == 0x3a) this.begin(start, false, "", flags);
    else this.flags = flags;
  }

  /** Reads flags up to the `)` or `:` after them; -1 if they are invalid. */
  private readFlags(): i32 {
    const cursor = this.cursor;
    let flags = this.flags;
    let isOff = false;
    let isComplete = true;
    while (true) {
      const c = cursor.peek();
      if (c == 0x3a || c == 0x29) return isComplete ? flags : -1;
      let flag = 0;
      if (c == 0x69) flag = Flag.Fold;
      else if (c == 0x6d) flag = Flag.Lines;
      else if (c == 0x73) flag = Flag.DotAll;
      else if (c == 0x55) flag = Flag.Lazy;
      else if (c != 0x2d || isOff) return -1;
      isComplete = flag != 0;
      if (flag == 0) isOff = true;
      flags = isOff ? flags & ~flag : flags | flag;
      cursor.at++;
    }
  }

  private begin(start: i32, isCapturing: bool, name: string, flags: i32): void {
    if (isCapturing) this.names.push(name);
    this.group = new OpenGroup(this.group, start, isCapturing ? this.names.length - 1 : 0, this.flags);
    this.flags = flags;
  }

  private close(): void {
    const group = this.group;
    const parent = group.parent;
    if (parent === null) {
      this.cursor.fail(this.cursor.at, "( before )");
      return;
    }
    this.cursor.at++;
    const content = this.closed();
    this.group = parent;
    this.flags = group.flags;
    if (group.index == 0) return this.push(content);
    const node = new Node(Kind.Group, group.index);
    node.last = content;
    node.size = content.size + 2;
    node.height = content.height + 1;
    node.repeats = content.repeats;
    node.isNullable = content.isNullable;
    this.push(node);
  }

  private endChoice(): void {
    const group = this.group;
    const node = joined(Kind.Sequence, group.last);
    node.previous = group.choices;
    group.choices = node;
    group.last = null;
  }

  /** The content of the current group. */
  private closed(): Node {
    this.endChoice();
    return joined(Kind.Choice, this.group.choices);
  }
}

/** A node for a list of nodes, given the last of them. */
function joined(kind: Kind, last: Node | null): Node {
  if (last === null) {
    const nothing = new Node(Kind.Nothing);
    nothing.isNullable = true;
    return nothing;
  }
  if (last.previous === null) return last;
  const isChoice = kind == Kind.Choice;
  const node = new Node(kind);
  node.last = last;
  node.size = 0;
  node.isNullable = !isChoice;
  for (let child: Node | null = last; child !== null; child = child.previous) {
    node.size += child.size + (isChoice ? 1 : 0);
    node.height = max(node.height, child.height + (child.kind == kind ? 0 : 1));
    node.repeats = max(node.repeats, child.repeats);
    if (child.isNullable == isChoice) node.isNullable = isChoice;
  }
  return node;
}

function isHigh(unit: i32): bool {
  return (unit & 0xfc00) == 0xd800;
}

function isName(text: string): bool {
  for (let i = 0; i < text.length; i++) {
    const c: u32 = text.charCodeAt(i);
    if ((c | 0x20) - 0x61 >= 26 && c - 0x30 >= 10 && c != 0x5f) return false;
  }
  return text.length > 0;
}
