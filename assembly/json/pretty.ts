import { Byte, isClose, isOpen, skipSpace } from "./byte";
import { Bytes } from "./bytes";
import { skipText, skipValue } from "./children";
import { compactTo } from "./compact";
import { Json } from "./json";
import { sortedKeys } from "./sorted-keys";

/**
 * Returns the JSON text of a value for readers, as Go's tidwall/pretty does: two spaces for each level, an array without
 * objects on one line if it ends before column 80, and a line feed at the end. Strings and numbers stay as they are
 * written.
 *
 * @param json A value.
 * @returns The text; "" if the value is missing. A value whose text would be longer than 16 MiB is returned without white
 * space.
 * @example
 * ```ts
 * log.info(prettyJson(Json.parse(body.text())));
 * ```
 */
export function prettyJson(json: Json): string {
  return new Pretty().format(json).toText();
}

/** Formats JSON as tidwall/pretty does. */
export class Pretty {
  indent: string = "  ";
  prefix: string = "";
  width: i32 = 80;
  sortKeys: bool = false;
  private out: Bytes = new Bytes();
  /** The size of the output when the last line was begun, as tidwall/pretty counts it. */
  private line: i32 = 0;

  format(json: Json): Bytes {
    this.out = new Bytes((<i32>(json.end - json.start)) << 1);
    if (!json.exists()) return this.out;
    this.out.text(this.prefix);
    this.value(json.start, 0);
    this.out.byte(Byte.LineFeed);
    if (!this.out.overflow) return this.out;
    const compact = new Bytes();
    compactTo(compact, json);
    return compact;
  }

  /** Appends the value at `p`, at most as deep as the nesting of the text. Returns the address after the value. */
  private value(p: usize, level: i32): usize {
    const open: u32 = load<u8>(p);
    if (!isOpen(open) || this.out.overflow) return this.copy(p, skipValue(p));
    const end = open == Byte.OpenBracket ? this.oneLine(p) : 0;
    if (end) return end;
    this.out.byte(open);
    if (open == Byte.OpenBrace && this.sortKeys) return this.sorted(p, level);
    let n = 0;
    p = skipSpace(p + 1);
    while (!isClose(load<u8>(p))) {
      if (load<u8>(p) == <u8>Byte.Comma) p = skipSpace(p + 1);
      this.begin(n++, open, level + 1);
      p = skipSpace(open == Byte.OpenBrace ? this.member(p, level + 1) : this.value(p, level + 1));
    }
    this.close(n, open, level);
    return p + 1;
  }

  private member(key: usize, level: i32): usize {
    const p = this.copy(key, skipText(key));
    this.out.text(": ");
    return this.value(skipSpace(skipSpace(p) + 1), level);
  }

  private sorted(p: usize, level: i32): usize {
    const end = skipValue(p);
    const keys = sortedKeys(p);
    for (let i = 0; i < keys.length; i++) {
      this.begin(i, Byte.OpenBrace, level + 1);
      this.member(keys[i].start, level + 1);
    }
    this.close(keys.length, Byte.OpenBrace, level);
    return end;
  }

  /** Begins the line of the member or element with index `n`. */
  private begin(n: i32, open: u32, level: i32): void {
    if (n != 0) this.out.byte(Byte.Comma);
    // tidwall/pretty turns the space after a comma of an array into the line feed, and does not count it.
    const turned = n != 0 && open == Byte.OpenBracket;
    if (!turned) this.line = this.out.size;
    this.out.byte(Byte.LineFeed);
    if (turned) this.line = this.out.size;
    this.indentTo(level);
  }

  private close(n: i32, open: u32, level: i32): void {
    if (n != 0) {
      this.line = this.out.size;
      this.out.byte(Byte.LineFeed);
      this.indentTo(level);
    }
    this.out.byte(open + 2);
  }

  private indentTo(level: i32): void {
    if (this.out.overflow) return;
    this.out.text(this.prefix);
    while (level-- > 0) this.out.text(this.indent);
  }

  private copy(start: usize, end: usize): usize {
    this.out.copy(start, end);
    return end;
  }

  /** Appends an array without objects if it fits on the line. Returns the address after the array; 0 if it does not fit. */
  private oneLine(p: usize): usize {
    const out = this.out;
    const from = out.size;
    const most = this.width - (from - this.line);
    if (this.width <= 0 || most <= 3) return 0;
    const limit = from + most;
    let depth = 0;
    do {
      const c: u32 = load<u8>(p);
      let end = p + 1;
      if (c == Byte.OpenBracket) depth++;
      else if (c == Byte.CloseBracket) depth--;
      else if (c != Byte.Comma && c != Byte.OpenBrace) end = skipValue(p);
      if (c == Byte.OpenBrace || <i32>(end - p) > limit - out.size) {
        out.size = from;
        return 0;
      }
      out.copy(p, end);
      if (c == Byte.Comma) out.byte(Byte.Space);
      p = depth ? skipSpace(end) : end;
    } while (depth);
    return p;
  }
}
