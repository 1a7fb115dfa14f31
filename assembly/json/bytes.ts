import { decodeUtf8, encodeUtf8To, utf8Length } from "../abi/utf8";
import { Json } from "./json";
import { PADDING } from "./parse";

/** The most bytes that are collected. */
const LIMIT: i32 = 1 << 24;

/**
 * Collects bytes, at most 16 MiB. A text that is made of another text may be many times as long, and a plugin that runs
 * out of memory traps.
 */
export class Bytes {
  private buffer: ArrayBuffer;
  size: i32 = 0;
  /** Whether bytes were dropped, because there were too many. */
  overflow: bool = false;

  constructor(capacity: i32 = 128) {
    this.buffer = new ArrayBuffer(capacity);
  }

  /** Appends the bytes between two addresses. */
  copy(start: usize, end: usize): void {
    const added = <i32>(end - start);
    const p = this.grow(added);
    if (p) memory.copy(p, start, added);
  }

  byte(c: u32): void {
    const p = this.grow(1);
    if (p) store<u8>(p, c);
  }

  text(s: string): void {
    const p = this.grow(utf8Length(s));
    if (p) encodeUtf8To(p, s);
  }

  /** A copy of the bytes, followed by `padding` zeros. */
  toBuffer(padding: i32 = 0): ArrayBuffer {
    const exact = new ArrayBuffer(this.size + padding);
    memory.copy(changetype<usize>(exact), changetype<usize>(this.buffer), this.size);
    return exact;
  }

  /** The bytes as JSON; a missing value with an error if they are too deeply nested or were too many. */
  toJson(): Json {
    if (!this.overflow) return Json.adopt(this.toBuffer(PADDING));
    const json = Json.missing();
    json.error = new Error("longer than 16 MiB");
    return json;
  }

  /** The bytes as text; "" if they were too many. */
  toText(): string {
    return this.overflow ? "" : decodeUtf8(changetype<usize>(this.buffer), this.size);
  }

  /** The address of `added` new bytes; 0 if there are too many. */
  private grow(added: i32): usize {
    const at = this.size;
    if (this.overflow || added > LIMIT - at) {
      this.overflow = true;
      return 0;
    }
    this.size += added;
    if (this.size > this.buffer.byteLength) {
      const larger = new ArrayBuffer(max(this.size, this.buffer.byteLength << 1));
      memory.copy(changetype<usize>(larger), changetype<usize>(this.buffer), at);
      this.buffer = larger;
    }
    return changetype<usize>(this.buffer) + <usize>at;
  }
}
