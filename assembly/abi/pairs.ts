// The encoding of header maps: u32 count, count × (u32 name size, u32 value size), count × (name, NUL, value, NUL), little
// endian. Source: proxy-wasm-cpp-host, pairs_util.cc.

import { decodeUtf8, encodeUtf8, encodeUtf8To, utf8Length } from "./utf8";

/** The most pairs that a host reads. For a list with more pairs or more bytes, it returns Ok and uses an empty list. */
const MAX_PAIRS: i32 = 1024;

/** The most bytes that a host reads. */
const MAX_SIZE: i32 = 1024 * 1024;

/** Whether a host reads a list of `count` pairs with this encoding. */
export function isReadable(count: i32, encoded: ArrayBuffer): bool {
  return count <= MAX_PAIRS && encoded.byteLength <= MAX_SIZE;
}

/** Encodes a list of `[name, value]`, each of exactly two texts, for the host. */
export function encodePairs(pairs: string[][]): ArrayBuffer {
  const count = pairs.length;
  let size = 4 + 8 * count;
  for (let i = 0; i < count; i++) size += utf8Length(half(pairs, 2 * i)) + utf8Length(half(pairs, 2 * i + 1)) + 2;

  const bytes = new ArrayBuffer(size);
  const start = changetype<usize>(bytes);
  store<u32>(start, count);
  let lengths = start + 4;
  let text = start + 4 + 8 * count;
  for (let i = 0; i < 2 * count; i++) {
    const end = encodeUtf8To(text, half(pairs, i));
    store<u32>(lengths, <u32>(end - text));
    lengths += 4;
    text = end + 1; // over the NUL, since a new ArrayBuffer is filled with zeros
  }
  return bytes;
}

/** Text `i` of a list of pairs: a name, a value, a name, … */
// @ts-ignore: decorator
@inline
function half(pairs: string[][], i: i32): string {
  return unchecked(unchecked(pairs[i >> 1])[i & 1]);
}

/** A list of pairs from the host. Bytes that are not exactly one encoded list are read as an empty list. */
export class Pairs {
  /** The number of pairs. */
  readonly count: i32;
  // The last text whose address was asked for. Most callers ask for the texts in order.
  private text: i32 = 0;
  private at: usize = 0;

  constructor(private bytes: ArrayBuffer) {
    const count = countPairs(bytes);
    this.count = count;
    this.at = changetype<usize>(bytes) + 4 + ((<usize>count) << 3);
  }

  private address(text: i32): usize {
    const start = changetype<usize>(this.bytes) + 4;
    let i = this.text;
    let at = this.at;
    if (text < i) {
      i = 0;
      at = start + ((<usize>this.count) << 3);
    }
    for (; i < text; i++) at += load<u32>(start + ((<usize>i) << 2)) + 1;
    this.text = i;
    this.at = at;
    return at;
  }


  @inline
  private size(text: i32): i32 {
    return load<i32>(changetype<usize>(this.bytes) + 4 + ((<usize>text) << 2));
  }

  /**
   * The number of the first pair with a name, at or after a number; -1 if no pair has the name.
   *
   * @param name Address of the name, in lower case.
   * @param size Number of bytes of the name.
   */
  find(name: usize, size: i32, from: i32 = 0): i32 {
    for (let i = from, count = this.count; i < count; i++) {
      if (this.size(2 * i) == size && memory.compare(this.address(2 * i), name, size) == 0) return i;
    }
    return -1;
  }

  /** The name of pair `i`, which must be below `count`. */
  name(i: i32): string {
    return decodeUtf8(this.address(2 * i), this.size(2 * i));
  }

  /** The value of pair `i`, which must be below `count`. */
  value(i: i32): string {
    return decodeUtf8(this.address(2 * i + 1), this.size(2 * i + 1));
  }

  /** All pairs, as `[name, value]`, in order. */
  list(): string[][] {
    const found = new Array<string[]>();
    for (let i = 0; i < this.count; i++) found.push([this.name(i), this.value(i)]);
    return found;
  }

  /** The value of the first pair with this name (lower case); null if no pair has the name. */
  first(name: string): string | null {
    const bytes = encodeUtf8(name);
    const i = this.find(changetype<usize>(bytes), bytes.byteLength);
    return i < 0 ? null : this.value(i);
  }
}

/** The number of pairs; 0 if the bytes are not an encoded list. */
function countPairs(bytes: ArrayBuffer): i32 {
  const size = <u64>bytes.byteLength;
  const start = changetype<usize>(bytes);
  if (size < 4) return 0;
  const count = load<u32>(start);
  const lengths = start + 4;
  const texts = start + 4 + ((<usize>count) << 3);
  let at: u64 = 4 + ((<u64>count) << 3);
  if (at > size) return 0;
  for (let p = lengths; p < texts; p += 4) {
    at += <u64>load<u32>(p);
    if (at >= size || load<u8>(start + <usize>at) != 0) return 0;
    at++;
  }
  return at == size ? <i32>count : 0;
}
