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
  private offsets: StaticArray<u32>;

  constructor(private bytes: ArrayBuffer) {
    const offsets = Pairs.index(bytes);
    this.offsets = offsets;
    this.count = offsets.length >> 1;
  }

  /** The offsets at which names and values begin; empty if the bytes are not an encoded list. */
  private static index(bytes: ArrayBuffer): StaticArray<u32> {
    const size = <u64>bytes.byteLength;
    const start = changetype<usize>(bytes);
    const none = new StaticArray<u32>(0);
    if (size < 4) return none;
    const texts = 2 * <u64>load<u32>(start);
    let at: u64 = 4 + 4 * texts;
    if (at > size) return none;
    const offsets = new StaticArray<u32>(<i32>texts);
    for (let i = 0; i < <i32>texts; i++) {
      unchecked((offsets[i] = <u32>at));
      at += <u64>load<u32>(start + 4 + 4 * i);
      if (at >= size || load<u8>(start + <usize>at) != 0) return none;
      at++;
    }
    return at == size ? offsets : none;
  }


  @inline
  private address(text: i32): usize {
    return changetype<usize>(this.bytes) + unchecked(this.offsets[text]);
  }


  @inline
  private size(text: i32): i32 {
    return load<i32>(changetype<usize>(this.bytes) + 4 + 4 * text);
  }

  /** Whether pair `i` (below `count`) has this name, given as bytes. */
  isNamed(i: i32, name: ArrayBuffer): bool {
    const size = name.byteLength;
    return this.size(2 * i) == size && memory.compare(this.address(2 * i), changetype<usize>(name), size) == 0;
  }

  /** The name of pair `i`, which must be below `count`. */
  name(i: i32): string {
    return decodeUtf8(this.address(2 * i), this.size(2 * i));
  }

  /** The value of pair `i`, which must be below `count`. */
  value(i: i32): string {
    return decodeUtf8(this.address(2 * i + 1), this.size(2 * i + 1));
  }

  /** The value of the first pair with this name (lower case); null if no pair has the name. */
  first(name: string): string | null {
    const bytes = encodeUtf8(name);
    for (let i = 0, count = this.count; i < count; i++) if (this.isNamed(i, bytes)) return this.value(i);
    return null;
  }
}
