// How header maps travel: u32 count, count × (u32 name size, u32 value size), count × (name, NUL, value, NUL), little
// endian. Source: proxy-wasm-cpp-host, pairs_util.cc.

import { decodeUtf8, encodeUtf8, encodeUtf8To, utf8Length } from "./utf8";

/** How many pairs a host reads. It takes a longer list, or a larger one, for an empty one and says Ok. */
const MAX_PAIRS: i32 = 1024;

/** How many bytes a host reads. */
const MAX_SIZE: i32 = 1024 * 1024;

/** Whether a host reads a list of that many pairs, encoded as these bytes. */
export function isReadable(count: i32, encoded: ArrayBuffer): bool {
  return count <= MAX_PAIRS && encoded.byteLength <= MAX_SIZE;
}

/** The bytes of a list of `[name, value]`, each of exactly two texts, for the host to read. */
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
    text = end + 1; // a new ArrayBuffer is zero: the NUL is there
  }
  return bytes;
}

/** Text `i` of a list of pairs: a name, a value, a name, … */
// @ts-ignore: decorator
@inline
function half(pairs: string[][], i: i32): string {
  return unchecked(unchecked(pairs[i >> 1])[i & 1]);
}

/** Reads what the host handed over as pairs. Bytes that are not exactly a list of pairs read as an empty list. */
export class Pairs {
  /** How many pairs there are. */
  readonly count: i32;
  private offsets: StaticArray<u32>;

  constructor(private bytes: ArrayBuffer) {
    const offsets = Pairs.index(bytes);
    this.offsets = offsets;
    this.count = offsets.length >> 1;
  }

  /** Where each name and each value begins, or nothing if the bytes are not what they should be. */
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

  /** The value of the first pair with this name, which is lower case; null if there is none. */
  first(name: string): string | null {
    const bytes = encodeUtf8(name);
    for (let i = 0, count = this.count; i < count; i++) if (this.isNamed(i, bytes)) return this.value(i);
    return null;
  }
}
