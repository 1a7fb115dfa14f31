import { encodeUtf8 } from "./utf8";

/**
 * Writes a message of Protocol Buffers: numbers and bytes, whose field numbers are below 16.
 * Source: the encoding of Protocol Buffers, https://protobuf.dev/programming-guides/encoding/
 */
export class MessageWriter {
  private tags: u8[] = [];
  private numbers: u32[] = [];
  /** The bytes of a field; null for a field that is a number. */
  private values: (ArrayBuffer | null)[] = [];
  private size: i32 = 0;

  /** Adds a number. The default 0 is not written. */
  number(field: u8, value: u32): MessageWriter {
    if (value == 0) return this;
    this.add(field << 3, value, null);
    return this;
  }

  /** Adds bytes. */
  bytes(field: u8, value: ArrayBuffer): MessageWriter {
    this.add((field << 3) | 2, value.byteLength, value);
    this.size += value.byteLength;
    return this;
  }

  /** Adds a text. */
  text(field: u8, value: string): MessageWriter {
    return this.bytes(field, encodeUtf8(value));
  }

  /** Returns the message. */
  finish(): ArrayBuffer {
    const message = new ArrayBuffer(this.size);
    let p = changetype<usize>(message);
    for (let i = 0; i < this.tags.length; i++) {
      store<u8>(p++, this.tags[i]);
      let number = this.numbers[i];
      for (; number >= 0x80; number >>= 7) store<u8>(p++, number | 0x80);
      store<u8>(p++, number);
      const value = this.values[i];
      if (value === null) continue;
      memory.copy(p, changetype<usize>(value), value.byteLength);
      p += value.byteLength;
    }
    return message;
  }

  private add(tag: u8, number: u32, value: ArrayBuffer | null): void {
    this.tags.push(tag);
    this.numbers.push(number);
    this.values.push(value);
    this.size += 2;
    for (; number >= 0x80; number >>= 7) this.size++;
  }
}
