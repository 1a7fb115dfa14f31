import { anyCharacter, matcher, readClass, readEscapedCharacter, readEscapedSet, single } from "./re2-characters.js";
import type { Characters } from "./re2-characters.js";

/** The syntax tree of a regular expression. */
export type Node =
  | { kind: "character"; matches: (one: string) => boolean }
  /** A condition for the characters on both sides of a position; undefined at an end of the text. */
  | { kind: "assertion"; holds: Assertion }
  | { kind: "sequence" | "choice"; items: Node[] }
  | { kind: "repetition"; item: Node; least: number; most: number; greedy: boolean }
  | { kind: "group"; item: Node; index: number };

export type Assertion = (before: string | undefined, after: string | undefined) => boolean;

const MOST_REPETITIONS = 1000;
const MOST_NESTED = 1000;

/** The flags `i`, `m`, `s` and `U`. */
type Flags = ReadonlySet<string>;

const atStart: Assertion = (before) => before === undefined;
const atEnd: Assertion = (_, after) => after === undefined;
const isWord = (one = "") => /^\w$/.test(one);
const atBoundary: Assertion = (before, after) => isWord(before) !== isWord(after);
const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: atStart,
  z: atEnd,
  b: atBoundary,
  B: (before, after) => !atBoundary(before, after),
};

/**
 * Parses a regular expression of RE2.
 *
 * @returns the tree, and how many groups it has
 * @throws Error that says why RE2 rejects the expression
 */
export function parseRe2(pattern: string): { tree: Node; groups: number } {
  return new Parser(pattern).parse();
}

class Parser {
  private at = 0;
  private groups = 0;
  private depth = 0;
  private flags: Flags = new Set();
  private readonly names = new Set<string>();

  constructor(private readonly pattern: string) {}

  parse(): { tree: Node; groups: number } {
    const tree = this.choice();
    if (this.at < this.pattern.length) throw new Error("a parenthesis ) has no beginning (");
    checkRepetitions(tree, MOST_REPETITIONS);
    return { tree, groups: this.groups };
  }

  private get rest(): string {
    return this.pattern.slice(this.at);
  }

  private choice(): Node {
    const items = [this.sequence()];
    while (this.pattern[this.at] === "|") {
      this.at++;
      items.push(this.sequence());
    }
    return items.length === 1 ? items[0]! : { kind: "choice", items };
  }

  private sequence(): Node {
    const items: Node[] = [];
    while (this.at < this.pattern.length && !/[|)]/.test(this.pattern[this.at]!)) {
      this.term(items);
      this.repetition(items);
    }
    return { kind: "sequence", items };
  }

  /** Adds what the next piece of the pattern stands for; flags stand for nothing. */
  private term(items: Node[]): void {
    const { rest } = this;
    const next = rest[0]!;
    if (rest.startsWith("\\Q")) this.literal(items, rest);
    else if (next === "\\") items.push(this.escape(rest));
    else if (next === "(") items.push(...this.group(rest));
    else if (next === "[") items.push(this.character(readClass(rest)));
    else if (next === ".") items.push(this.character({ length: 1, value: anyCharacter(this.flags.has("s")) }));
    else if (next === "^") items.push(this.assertion(1, this.flags.has("m") ? afterLineFeed : atStart));
    else if (next === "$") items.push(this.assertion(1, this.flags.has("m") ? beforeLineFeed : atEnd));
    else if (!/^[*+?]|^\{\d+(,\d*)?\}/.test(rest)) {
      const [character = ""] = rest;
      items.push(this.character({ length: character.length, value: single(character) }));
    }
  }

  private character({ length, value }: { length: number; value: Characters }): Node {
    this.at += length;
    return { kind: "character", matches: matcher(value, this.flags.has("i")) };
  }

  private assertion(length: number, holds: Assertion): Node {
    this.at += length;
    return { kind: "assertion", holds };
  }

  private literal(items: Node[], rest: string): void {
    const end = rest.indexOf("\\E");
    const text = rest.slice(2, end < 0 ? undefined : end);
    for (const character of text) items.push(this.character({ length: 0, value: single(character) }));
    this.at += end < 0 ? rest.length : end + 2;
  }

  private escape(rest: string): Node {
    const letter = rest[1] ?? "";
    if (Object.hasOwn(ASSERTIONS, letter)) return this.assertion(2, ASSERTIONS[letter]!);
    if (letter === "C") throw new Error("the Node gateway does not support \\C");
    const set = readEscapedSet(rest);
    if (set) return this.character(set);
    const { length, value } = readEscapedCharacter(rest);
    return this.character({ length, value: single(value) });
  }

  /** A group; nothing for flags such as `(?i)`, which count until the end of the group around them. */
  private group(rest: string): Node[] {
    const [open, letters, end] = /^\(\?([imsU-]*)([:)])/.exec(rest) ?? [];
    const [named, name] = /^\(\?P?<(\w+)>/.exec(rest) ?? [];
    const outer = this.flags;
    if (open !== undefined) {
      this.flags = this.changed(letters!, open);
      if (end === ")") {
        this.at += open.length;
        return [];
      }
    } else if (named !== undefined) {
      if (this.names.has(name!)) throw new Error(`two groups have the name "${name}"`);
      this.names.add(name!);
    } else if (rest.startsWith("(?")) throw new Error(`RE2 has no group ${rest.slice(0, 4)}`);
    this.at += (open ?? named ?? "(").length;
    const index = open === undefined ? ++this.groups : undefined;
    if (++this.depth > MOST_NESTED) throw new Error(`the groups are more than ${MOST_NESTED} deep`);
    const item = this.choice();
    this.depth--;
    if (this.pattern[this.at] !== ")") throw new Error("a group ( has no end )");
    this.at++;
    this.flags = outer;
    return [index === undefined ? item : { kind: "group", item, index }];
  }

  /** The flags with those before a minus, and without those after it. */
  private changed(letters: string, group: string): Flags {
    const [on = "", off, ...more] = letters.split("-");
    if (more.length > 0 || off === "" || (letters === "" && group.endsWith(")"))) {
      throw new Error(`RE2 has no group ${group}`);
    }
    const flags = new Set([...this.flags, ...on]);
    for (const letter of off ?? "") flags.delete(letter);
    return flags;
  }

  /** Repeats the last item if a repetition follows. */
  private repetition(items: Node[]): void {
    const pattern = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})/;
    const [whole, low, comma, high] = pattern.exec(this.rest) ?? [];
    if (whole === undefined) return;
    const item = items.pop();
    if (!item) throw new Error(`nothing is before the repetition ${whole}`);
    this.at += whole.length;
    const isLazy = this.pattern[this.at] === "?";
    if (isLazy) this.at++;
    if (pattern.test(this.rest)) throw new Error("a repetition follows another one");
    const least = Number(low ?? (whole === "+" ? 1 : 0));
    const unlimited = low === undefined ? whole !== "?" : comma !== undefined && high === "";
    const most = unlimited ? Infinity : low === undefined ? 1 : Number(comma === undefined ? low : high);
    if (Math.max(least, unlimited ? 0 : most) > MOST_REPETITIONS) {
      throw new Error(`${whole} repeats more than ${MOST_REPETITIONS} times`);
    }
    if (most < least) throw new Error(`${whole} has the larger number first`);
    items.push({ kind: "repetition", item, least, most, greedy: isLazy === this.flags.has("U") });
  }
}

const afterLineFeed: Assertion = (before) => before === undefined || before === "\n";
const beforeLineFeed: Assertion = (_, after) => after === undefined || after === "\n";

/** RE2 multiplies the numbers of repetitions within repetitions. */
function checkRepetitions(node: Node, left: number): void {
  if (node.kind === "repetition") {
    const { least, most } = node;
    const times = Math.max(1, most === Infinity ? least : most);
    if (times > left) throw new Error(`nested repetitions repeat more than ${MOST_REPETITIONS} times`);
    checkRepetitions(node.item, Math.trunc(left / times));
  } else if (node.kind === "group") checkRepetitions(node.item, left);
  else if (node.kind === "sequence" || node.kind === "choice")
    for (const one of node.items) checkRepetitions(one, left);
}
