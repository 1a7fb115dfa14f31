import { Cursor, END, isBlankOrEnd, isBreak, isBreakOrEnd } from "./cursor.js";
import { scanBlock } from "./scan-block.js";
import { scanPlain, startsPlain } from "./scan-plain.js";
import { scanQuoted } from "./scan-quoted.js";
import { scanAnchor, scanTag } from "./scan-tag.js";
import type { MarkToken, Token } from "./token.js";

const COMMENT = /#[^\n\r\x85\u2028\u2029\0]*/y;
const SPACES = / +/y;
const SPACES_AND_TABS = /[ \t]+/y;

/** How deep collections may be nested. */
const MOST_NESTED = 10_000;
/** A key without "?" ends on its line, and within so many characters. */
const LONGEST_KEY = 1024;

/** So many tokens that were taken stay in memory. */
const MOST_TAKEN_TOKENS = 1000;

/** A token that is the beginning of a key if a ":" follows on the line. */
interface PossibleKey {
  /** The number of the token, counted from the beginning of the text. */
  token: number;
  at: number;
  line: number;
  column: number;
  /** At the column of the block mapping, only a key can stand. */
  required: boolean;
}

/**
 * Splits a YAML text into tokens by the rules of YAML 1.1, as Go's yaml package does. A block collection begins and ends
 * with a token of its own, and a "key" token precedes each key.
 */
export class Scanner {
  private readonly cursor: Cursor;
  private readonly tokens: Token[] = [];
  /** The index of the next token in `tokens`, and its number. */
  private head = 0;
  private taken = 0;
  /** The column of the innermost block collection. */
  private indent = -1;
  private readonly outerIndents: number[] = [];
  private keyAllowed = true;
  /** The possible key of each flow level; the first is that of block collections. */
  private readonly possibleKeys: (PossibleKey | undefined)[] = [undefined];
  /** The possible keys whose tokens wait until it is certain whether a ":" follows. */
  private readonly keysByToken = new Map<number, PossibleKey>();
  /** The number of the bracket of each open flow collection, or of the last possible key in the collection. */
  private readonly flowTokens: number[] = [];
  private ended = false;

  constructor(text: string) {
    this.cursor = new Cursor(text + END);
    // A second byte order mark at the beginning counts as a blank.
    if (text.startsWith("\ufeff")) this.cursor.at = 1;
  }

  /** The line of the cursor, from 0. */
  get line(): number {
    return this.cursor.line;
  }

  /** The next token. */
  peek(): Token {
    for (;;) {
      const token = this.tokens[this.head];
      if (token && (this.ended || !this.mayBeKey())) return token;
      this.scan();
    }
  }

  /** Takes the next token. */
  next(): Token {
    const token = this.peek();
    this.head += 1;
    this.taken += 1;
    if (this.head > MOST_TAKEN_TOKENS) {
      this.tokens.splice(0, this.head);
      this.head = 0;
    }
    return token;
  }

  /** Whether a ":" could still make the next token a key. */
  private mayBeKey(): boolean {
    const key = this.keysByToken.get(this.taken);
    return key !== undefined && this.stillPossible(key);
  }

  private get inFlow(): boolean {
    return this.possibleKeys.length > 1;
  }

  private get nextNumber(): number {
    return this.taken + this.tokens.length - this.head;
  }

  private scan(): void {
    const { cursor } = this;
    this.skipToToken();
    this.closeBlocks(cursor.column);
    const char = cursor.char();
    if (char === END) return this.scanEnd();
    if (char === "%" && cursor.column === 0)
      cursor.fail('kubectl reads no directive such as "%YAML 1.1"; leave the line out, or put the text in quotes');
    if (cursor.atDocumentMark()) {
      this.closeAll();
      this.pushMark(char === "-" ? "document start" : "document end", 3);
    } else if (char === "[" || char === "{") this.openFlow(char);
    else if (char === "]" || char === "}") this.closeFlow(char);
    else if (char === ",") {
      this.dropKey();
      this.keyAllowed = true;
      this.pushMark(",", 1);
    } else if (char === "-" && isBlankOrEnd(cursor.char(1))) this.scanEntry();
    else if (char === "?" && (this.inFlow || isBlankOrEnd(cursor.char(1)))) this.scanKey();
    else if (char === ":" && (this.inFlow || isBlankOrEnd(cursor.char(1)))) this.scanValue();
    else this.scanNode(char);
  }

  private scanNode(char: string): void {
    const { cursor } = this;
    const { line } = cursor;
    if ((char === "|" || char === ">") && !this.inFlow) {
      this.dropKey();
      this.keyAllowed = true;
      this.tokens.push({ kind: "quoted", line, text: scanBlock(cursor, this.indent) });
      return;
    }
    const plain = startsPlain(cursor, this.inFlow);
    if (!plain && !"*&!'\"".includes(char)) cursor.fail(cannotStart(char));
    this.saveKey();
    this.keyAllowed = false;
    if (plain) {
      const { text, lineEnded } = scanPlain(cursor, this.indent + 1, this.inFlow);
      this.tokens.push({ kind: "plain", line, text });
      if (lineEnded) this.keyAllowed = true;
    } else if (char === "!") this.tokens.push(scanTag(cursor));
    else if (char === "'" || char === '"') this.tokens.push({ kind: "quoted", line, text: scanQuoted(cursor, char) });
    else this.tokens.push({ kind: char === "*" ? "alias" : "anchor", line, text: scanAnchor(cursor) });
  }

  private skipToToken(): void {
    const { cursor } = this;
    for (;;) {
      cursor.take(this.inFlow || !this.keyAllowed ? SPACES_AND_TABS : SPACES);
      if (cursor.char() === "#") cursor.take(COMMENT);
      if (!isBreak(cursor.char())) return;
      cursor.takeBreak();
      if (!this.inFlow) this.keyAllowed = true;
    }
  }

  private scanEnd(): void {
    this.closeAll();
    this.ended = true;
    this.pushMark("end of text", 0);
  }

  private openFlow(char: "[" | "{"): void {
    this.saveKey();
    this.possibleKeys.push(undefined);
    this.flowTokens.push(this.nextNumber);
    if (this.possibleKeys.length > MOST_NESTED + 1) this.cursor.fail(`more than ${MOST_NESTED} brackets are open`);
    this.keyAllowed = true;
    this.pushMark(char, 1);
  }

  private closeFlow(char: "]" | "}"): void {
    this.dropKey();
    if (this.inFlow) {
      this.possibleKeys.pop();
      // Go's package does the same: a collection without keys in it, such as "[]", is no key.
      this.keysByToken.delete(this.flowTokens.pop() ?? -1);
    }
    this.keyAllowed = false;
    this.pushMark(char, 1);
  }

  private scanEntry(): void {
    if (!this.inFlow) {
      if (!this.keyAllowed) this.cursor.fail('"- " cannot stand here; a list begins on a line of its own');
      this.openBlock("block sequence", this.cursor.column);
    }
    this.dropKey();
    this.keyAllowed = true;
    this.pushMark("-", 1);
  }

  private scanKey(): void {
    if (!this.inFlow) {
      if (!this.keyAllowed) this.cursor.fail('"? " cannot stand here; a mapping begins on a line of its own');
      this.openBlock("block mapping", this.cursor.column);
    }
    this.dropKey();
    this.keyAllowed = !this.inFlow;
    this.pushMark("key", 1);
  }

  private scanValue(): void {
    const key = this.possibleKeys.at(-1);
    if (key && this.stillPossible(key)) {
      const mark: MarkToken = { kind: "key", line: key.line };
      this.insert(key.token, mark);
      this.openBlock("block mapping", key.column, key.token);
      this.forget(key);
      this.keyAllowed = false;
    } else {
      if (!this.inFlow) {
        if (!this.keyAllowed) {
          this.cursor.fail(
            '":" cannot stand here: a text with ": " in it needs quotes, and a mapping a line of its own',
          );
        }
        this.openBlock("block mapping", this.cursor.column);
      }
      this.keyAllowed = !this.inFlow;
    }
    this.pushMark("value", 1);
  }

  /** Notes that the next token may begin a key. */
  private saveKey(): void {
    if (!this.keyAllowed) return;
    const { at, line, column } = this.cursor;
    this.dropKey();
    const key = { token: this.nextNumber, at, line, column, required: !this.inFlow && this.indent === column };
    this.possibleKeys[this.possibleKeys.length - 1] = key;
    this.keysByToken.set(key.token, key);
    if (this.inFlow) this.flowTokens[this.flowTokens.length - 1] = key.token;
  }

  private dropKey(): void {
    const key = this.possibleKeys.at(-1);
    if (!key) return;
    if (key.required) this.failMissingColon(key);
    this.forget(key);
  }

  private forget(key: PossibleKey): void {
    this.possibleKeys[this.possibleKeys.length - 1] = undefined;
    this.keysByToken.delete(key.token);
  }

  private stillPossible(key: PossibleKey): boolean {
    if (key.line === this.cursor.line && key.at + LONGEST_KEY >= this.cursor.at) return true;
    if (key.required) this.failMissingColon(key);
    this.keysByToken.delete(key.token);
    const level = this.possibleKeys.lastIndexOf(key);
    if (level >= 0) this.possibleKeys[level] = undefined;
    return false;
  }

  private failMissingColon(key: PossibleKey): never {
    this.cursor.line = key.line;
    this.cursor.fail('expected ":" behind the key');
  }

  /** Opens a block collection unless one is open at the column. */
  private openBlock(kind: "block sequence" | "block mapping", column: number, token?: number): void {
    if (this.inFlow || this.indent >= column) return;
    this.outerIndents.push(this.indent);
    this.indent = column;
    if (this.outerIndents.length > MOST_NESTED) this.cursor.fail(`more than ${MOST_NESTED} collections are nested`);
    const mark: MarkToken = { kind, line: this.cursor.line };
    if (token === undefined) this.tokens.push(mark);
    else this.insert(token, mark);
  }

  private closeBlocks(column: number): void {
    if (this.inFlow) return;
    while (this.indent > column) {
      this.pushMark("block end", 0);
      this.indent = this.outerIndents.pop() ?? -1;
    }
  }

  private closeAll(): void {
    this.closeBlocks(-1);
    this.dropKey();
    this.keyAllowed = false;
  }

  private insert(number: number, token: Token): void {
    if (number < this.taken) this.tokens.push(token);
    else this.tokens.splice(number - this.taken + this.head, 0, token);
  }

  private pushMark(kind: MarkToken["kind"], length: number): void {
    this.tokens.push({ kind, line: this.cursor.line });
    this.cursor.at += length;
  }
}

function cannotStart(char: string): string {
  if (isBreakOrEnd(char)) return "expected a value";
  if (char === "\t") return "a tab indents the line; use spaces";
  return `a text cannot begin with "${char}"; put it in quotes`;
}
