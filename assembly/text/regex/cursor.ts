import { integerText } from "../../abi/decimal";
import { hasLoneSurrogate } from "../../abi/utf8";

/** The greatest length of a pattern, in code units. */
const MAX_LENGTH: i32 = 1 << 16;
/** The most ranges of characters that all categories of a pattern may have: some 200 times `\pL`. */
const MAX_RANGES: i32 = 1 << 17;

/** Reads a pattern from its start to its end. The first error stays. */
export class Cursor {
  at: i32 = 0;
  /** The first error: `at offset 4: expected )`. */
  error: string = "";
  private ranges: i32 = 0;
  /** The offset of the last `:]` in the pattern. */
  readonly lastClass: i32;

  constructor(readonly text: string) {
    this.lastClass = text.lastIndexOf(":]");
    if (text.length > MAX_LENGTH) this.fail(MAX_LENGTH, "at most 65536 characters");
    if (hasLoneSurrogate(text)) this.fail(0, "UTF-8");
  }

  get isAtEnd(): bool {
    return this.at >= this.text.length;
  }

  /** The code unit at a distance from the current one; -1 after the end. */
  peek(distance: i32 = 0): i32 {
    const at = this.at + distance;
    return at < this.text.length ? this.text.charCodeAt(at) : -1;
  }

  /** Consumes a character and returns it; -1 at the end. */
  next(): i32 {
    if (this.isAtEnd) return -1;
    const c = this.text.codePointAt(this.at);
    this.at += c > 0xffff ? 2 : 1;
    return c;
  }

  /** Consumes a code unit if it comes next. */
  take(unit: i32): bool {
    if (this.peek() != unit) return false;
    this.at++;
    return true;
  }

  /** Consumes the text up to another text, and that text. Without that text, returns null and consumes nothing. */
  takeUntil(end: string): string | null {
    const to = this.text.indexOf(end, this.at);
    if (to < 0) return null;
    const found = this.text.substring(this.at, to);
    this.at = to + end.length;
    return found;
  }

  /** Counts the ranges of a category, of which each costs memory and time. */
  count(ranges: i32): void {
    this.ranges += ranges;
    if (this.ranges > MAX_RANGES) this.fail(this.at, "fewer general categories");
  }

  /** Keeps the first error. Always returns false. */
  fail(at: i32, expected: string): bool {
    if (this.error.length == 0) this.error = "at offset " + integerText(at) + ": expected " + expected;
    return false;
  }
}
