// DER, the encoding of keys and signatures. Source: ITU-T X.690.

import { joinBytes, withoutZeros } from "./bytes";

export const INTEGER: u32 = 0x02;
export const BIT_STRING: u32 = 0x03;
export const SEQUENCE: u32 = 0x30;

/** Reads the elements in a range of bytes, one after the other. After the first failure, every element is empty. */
export class DerReader {
  failed: bool = false;

  private constructor(
    private bytes: ArrayBuffer,
    private at: i32,
    private end: i32,
  ) {}

  static of(bytes: ArrayBuffer): DerReader {
    return new DerReader(bytes, 0, bytes.byteLength);
  }

  /** Whether all bytes were read, without a failure. */
  get isDone(): bool {
    return !this.failed && this.at == this.end;
  }

  /** Reads an element with a tag. Returns a reader of its content. */
  read(tag: u32): DerReader {
    if (this.byte() != tag) this.failed = true;
    const size = this.length();
    if (this.failed || size > this.end - this.at) return this.failure();
    const content = new DerReader(this.bytes, this.at, this.at + size);
    this.at += size;
    return content;
  }

  /** Reads a positive INTEGER in its shortest form. Returns its bytes without leading zeros. */
  integer(): ArrayBuffer {
    const bytes = this.read(INTEGER).rest();
    const p = changetype<usize>(bytes);
    const size = bytes.byteLength;
    const isNegative = size > 0 && load<u8>(p) >= 0x80;
    const isLong = size > 1 && load<u8>(p) == 0 && load<u8>(p, 1) < 0x80;
    if (size == 0 || isNegative || isLong) {
      this.failed = true;
      return new ArrayBuffer(0);
    }
    return withoutZeros(bytes);
  }

  /** Reads a BIT STRING of whole bytes. Returns a reader of the bytes. */
  bits(): DerReader {
    const content = this.read(BIT_STRING);
    if (content.byte() != 0) return this.failure();
    return content;
  }

  /** Reads all bytes that are left. */
  rest(): ArrayBuffer {
    const from = this.at;
    this.at = this.end;
    return this.bytes.slice(from, this.end);
  }

  private failure(): DerReader {
    this.failed = true;
    const nothing = new DerReader(this.bytes, 0, 0);
    nothing.failed = true;
    return nothing;
  }

  /** The next byte; 256 if there is none. */
  private byte(): u32 {
    if (this.failed || this.at == this.end) {
      this.failed = true;
      return 256;
    }
    const byte: u32 = load<u8>(changetype<usize>(this.bytes) + <usize>this.at);
    this.at++;
    return byte;
  }

  /** A length in its shortest form. */
  private length(): i32 {
    const first = this.byte();
    if (first < 0x80) return <i32>first;
    let count = <i32>(first & 0x7f);
    // Keys need two bytes at most.
    if (first > 0xff || count == 0 || count > 2) {
      this.failed = true;
      return 0;
    }
    let length: u32 = 0;
    for (; count > 0; count--) length = (length << 8) | this.byte();
    if (length < 0x80 || (first == 0x82 && length < 0x100)) this.failed = true;
    return <i32>length;
  }
}

/** Writes an element of at most 65,535 bytes. */
export function derElement(tag: u32, content: ArrayBuffer): ArrayBuffer {
  const size: u32 = content.byteLength;
  const header = new ArrayBuffer(size < 0x80 ? 2 : size < 0x100 ? 3 : 4);
  const p = changetype<usize>(header);
  store<u8>(p, tag);
  if (size < 0x80) store<u8>(p, size, 1);
  else if (size < 0x100) {
    store<u8>(p, 0x81, 1);
    store<u8>(p, size, 2);
  } else {
    store<u8>(p, 0x82, 1);
    store<u8>(p, size >> 8, 2);
    store<u8>(p, size, 3);
  }
  return joinBytes(header, content);
}

/** Writes a positive INTEGER, whose bytes may begin with zeros. */
export function derInteger(bytes: ArrayBuffer): ArrayBuffer {
  const digits = withoutZeros(bytes);
  const needsZero = digits.byteLength == 0 || load<u8>(changetype<usize>(digits)) >= 0x80;
  return derElement(INTEGER, needsZero ? joinBytes(new ArrayBuffer(1), digits) : digits);
}

/** Writes a BIT STRING of whole bytes. */
export function derBits(bytes: ArrayBuffer): ArrayBuffer {
  return derElement(BIT_STRING, joinBytes(new ArrayBuffer(1), bytes));
}
