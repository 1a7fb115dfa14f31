import { YamlSyntaxError } from "./syntax-error.js";

/** A place in a text. The text ends with a NUL, which occurs nowhere else. */
export class Cursor {
  at = 0;
  /** From 0. */
  line = 0;
  /** Where the line begins. */
  lineStart = 0;

  constructor(readonly text: string) {}

  get column(): number {
    return this.at - this.lineStart;
  }

  /** The character at the cursor, or behind it. */
  char(offset = 0): string {
    return this.text.charAt(this.at + offset);
  }

  /** Moves behind a line break, and returns the break as scalars keep it: the two Unicode breaks stay, others are "\n". */
  takeBreak(): string {
    const first = this.char();
    this.at += first === "\r" && this.char(1) === "\n" ? 2 : 1;
    this.line += 1;
    this.lineStart = this.at;
    return first === "\u2028" || first === "\u2029" ? first : "\n";
  }

  /** Moves over the characters that the sticky expression matches, and returns them. */
  take(sticky: RegExp): string {
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  /** Whether a line with "---" or "..." begins here. */
  atDocumentMark(): boolean {
    if (this.at !== this.lineStart) return false;
    const first = this.char();
    if (first !== "-" && first !== ".") return false;
    return this.char(1) === first && this.char(2) === first && isBlankOrEnd(this.char(3));
  }

  fail(reason: string): never {
    throw new YamlSyntaxError(this.line, reason);
  }
}

export const END = "\0";

export function isBlank(char: string): boolean {
  return char === " " || char === "\t";
}

/** YAML 1.1 counts NEL and the two Unicode line breaks too. */
export function isBreak(char: string): boolean {
  return char === "\n" || char === "\r" || char === "\x85" || char === "\u2028" || char === "\u2029";
}

export function isBreakOrEnd(char: string): boolean {
  return char === END || isBreak(char);
}

export function isBlankOrEnd(char: string): boolean {
  return char === " " || char === "\n" || char === "\t" || isBreakOrEnd(char);
}
