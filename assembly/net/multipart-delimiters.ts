import { encodeUtf8 } from "../abi/utf8";

/** CR and LF as a little-endian u16. */
const CRLF: u32 = 0x0a0d;

/** Finds the lines of a multipart body that separate its parts. Source: RFC 2046, 5.1.1. */
export class Delimiters {
  /** Where the content before the current delimiter ends. */
  before: i32 = 0;
  /** The index behind the line of the current delimiter. */
  after: i32 = 0;
  /** Whether the current delimiter is the last one, which ends with `--`. */
  isLast: bool = false;
  /** `--` and the boundary. */
  private mark: ArrayBuffer;
  private size: i32;
  private isFirst: bool = true;

  constructor(
    private bytes: ArrayBuffer,
    boundary: string,
  ) {
    this.mark = encodeUtf8("--" + boundary);
    this.size = bytes.byteLength;
  }

  /** Moves to the next delimiter. Returns false if no delimiter follows. */
  next(): bool {
    if (this.isFirst) {
      this.isFirst = false;
      if (this.isMark(0) && this.endLine(0)) {
        this.before = 0;
        return true;
      }
    }
    // The line break of a delimiter may also be that of an empty content before the next one.
    for (let at = max(this.after - 2, 0); at + 2 <= this.size; at++) {
      if (!this.isLineBreak(at) || !this.isMark(at + 2) || !this.endLine(at + 2)) continue;
      this.before = at;
      return true;
    }
    return false;
  }

  /** The index behind the empty line that ends the headers of a part, whose content the current delimiter ends; or -1. */
  contentAt(start: i32): i32 {
    if (this.isLineBreak(start)) return start + 2;
    for (let at = start; at + 2 <= this.before; at++)
      if (this.isLineBreak(at) && this.isLineBreak(at + 2)) return at + 4;
    return -1;
  }

  private isLineBreak(at: i32): bool {
    return at + 2 <= this.size && <u32>load<u16>(changetype<usize>(this.bytes) + at) == CRLF;
  }

  private isMark(at: i32): bool {
    const length = this.mark.byteLength;
    if (at + length > this.size) return false;
    return memory.compare(changetype<usize>(this.bytes) + at, changetype<usize>(this.mark), length) == 0;
  }

  /** Reads the rest of a line that begins with the mark. Returns false if the line is no delimiter. */
  private endLine(start: i32): bool {
    let at = start + this.mark.byteLength;
    const isLast = this.byteAt(at) == 0x2d && this.byteAt(at + 1) == 0x2d;
    if (isLast) at += 2;
    while (this.byteAt(at) == 0x20 || this.byteAt(at) == 0x09) at++;
    if (!this.isLineBreak(at) && !(isLast && at == this.size)) return false;
    this.isLast = isLast;
    this.after = min(at + 2, this.size);
    return true;
  }

  /** The byte at an index; -1 behind the end. */
  private byteAt(at: i32): i32 {
    return at < this.size ? <i32>load<u8>(changetype<usize>(this.bytes) + at) : -1;
  }
}
