import { KEYS_IN_CONSTANTS } from "../abi/features";
import { HOST, METHOD, PATH, SCHEME } from "../abi/used";
import { encodeUtf8To } from "../abi/utf8";
import { lowerAscii } from "../text/ascii";
import { isTokenByte } from "../text/token";

// The kinds of header names, besides METHOD, SCHEME, HOST and PATH for the pseudo-headers of a request.

/** `content-length` or `transfer-encoding`. */
export const FRAMING = 16;
/** `:status`. */
export const STATUS = 32;
/** The name begins with a colon. */
export const PSEUDO = 64;
/** `x-request-id`. */
export const REQUEST_ID = 128;
/** `x-forwarded-proto`. */
export const FORWARDED_PROTO = 256;
/** `host`, which is `:authority` in a request. */
export const HOST_NAME = 512;
/** The name is not a token of RFC 9110. */
export const NOT_TOKEN = 1024;

/**
 * A header name in lower case and in UTF-8, with its hash. The bytes follow the fields. Zeros fill them up to a multiple of
 * 8, so that names are compared 8 bytes at a time.
 */
// @ts-ignore: decorator
@unmanaged
export class HeaderKey {
  hash: u32 = 0;
  /** The number of bytes, without the zeros at the end. */
  size: i32 = 0;
  /** Bits of the constants above. */
  kind: i32 = 0;
  private unused: u32 = 0;

  /** The address of the bytes. */
  get bytes(): usize {
    return changetype<usize>(this) + offsetof<HeaderKey>();
  }

  /** The size in memory of a key whose name has `size` bytes. */
  static sizeFor(size: i32): i32 {
    return <i32>offsetof<HeaderKey>() + ((size + 7) & ~7);
  }

  /** Whether two keys have the same name. */
  equals(other: HeaderKey): bool {
    if (this.hash != other.hash || this.size != other.size) return false;
    const a = this.bytes;
    const b = other.bytes;
    for (let i: usize = 0, size = <usize>this.size; i < size; i += 8)
      if (load<u64>(a + i) != load<u64>(b + i)) return false;
    return true;
  }
}

/** The bytes of memory that a key of a name with this length needs at most: 3 for each code unit. */
export function keyRoom(length: i32): i32 {
  return HeaderKey.sizeFor(3 * length) + 8;
}

/** The distance from a string to the allocator's header of its object. */
const HEADER: usize = 20;

/**
 * The key of a name. The address of a literal is a constant, so its key is made once and kept for ever: the SDK's transform
 * writes 0 as the allocator's header of each constant, which nothing else uses.
 *
 * @param room memory for the key of a name that is no literal, see `keyRoom`
 */
// @ts-ignore: decorator
@inline
export function keyOf(name: string, room: usize): HeaderKey {
  return KEYS_IN_CONSTANTS && changetype<usize>(name) < __heap_base ? keyOfLiteral(name) : writeKey(name, room);
}

function keyOfLiteral(name: string): HeaderKey {
  const header = changetype<usize>(name) - HEADER;
  let key = load<usize>(header);
  if (key == 0) {
    key = heap.alloc(keyRoom(name.length));
    writeKey(name, key);
    store<usize>(header, key);
  }
  return changetype<HeaderKey>(key);
}

// A 64-bit word is handled as 8 bytes below 0x80. `word + (0x80 - c) * EACH` sets the high bit of each byte that is at least
// c, and no byte overflows into the next.
const EACH: u64 = 0x0101010101010101;
const HIGH: u64 = 0x8080808080808080;
/** Bits that an ASCII character in UTF-16 does not have. */
const NOT_ASCII: u64 = 0xff80ff80ff80ff80;
/** An odd number without structure: 2^64 divided by the golden ratio. */
const MULTIPLIER: u64 = 0x9e3779b97f4a7c15;

/** The high bits of the bytes that are at least `low` and below `end`. */
// @ts-ignore: decorator
@inline
function within(word: u64, low: u64, end: u64): u64 {
  return (word + (0x80 - low) * EACH) & ~(word + (0x80 - end) * EACH) & HIGH;
}

/** Up to 4 code units, in the order of memory. */
// @ts-ignore: decorator
@inline
function unitsAt(p: usize, count: i32): u64 {
  if (count >= 4) return load<u64>(p);
  let units: u64 = 0;
  for (let i = 0; i < count; i++) units |= (<u64>load<u16>(p + ((<usize>i) << 1))) << ((<u64>i) << 4);
  return units;
}

/** The low bytes of 4 code units. */
// @ts-ignore: decorator
@inline
export function narrow(units: u64): u64 {
  units |= units >> 8;
  return (units & 0xffff) | ((units >> 16) & 0xffff0000);
}

// @ts-ignore: decorator
@inline
function mixed(hash: u64, word: u64): u64 {
  hash = (hash ^ word) * MULTIPLIER;
  return hash ^ (hash >> 32);
}

/** Makes a key in one pass, 8 characters at a time: checks, lower case, encoding, hash. */
export function writeKey(name: string, room: usize): HeaderKey {
  const key = changetype<HeaderKey>(room);
  const start = key.bytes;
  const length = name.length;
  let hash: u64 = length;
  let kind = length == 0 ? NOT_TOKEN : 0;
  let out = start;
  let p = changetype<usize>(name);
  for (let left = length; left > 0; left -= 8) {
    const low = unitsAt(p, left);
    const high = unitsAt(p + 8, left - 4);
    if ((low | high) & NOT_ASCII) return writeOtherKey(name, key);
    let word = narrow(low) | (narrow(high) << 32);
    word |= within(word, 0x41, 0x5b) >> 2; // A to Z
    store<u64>(out, word);
    hash = mixed(hash, word);
    const isDash = ~((word ^ (0x2d * EACH)) + 0x7f * EACH) & HIGH;
    let common = within(word, 0x61, 0x7b) | within(word, 0x30, 0x3a) | isDash;
    if (left < 8) common |= HIGH << (left << 3);
    if (common != HIGH && !isTokenWord(word, min(left, 8))) kind |= NOT_TOKEN;
    out += 8;
    p += 16;
  }
  key.hash = <u32>hash;
  key.size = length;
  key.kind = kind | kindOf(start, length);
  return key;
}

function isTokenWord(word: u64, count: i32): bool {
  for (let i = 0; i < count; i++) if (!isTokenByte((<u32>(word >> ((<u64>i) << 3))) & 0xff)) return false;
  return true;
}

/** The key of a name with characters that are not ASCII. Only reads take such a name. */
function writeOtherKey(name: string, key: HeaderKey): HeaderKey {
  const start = key.bytes;
  const end = encodeUtf8To(start, lowerAscii(name));
  store<u64>(end, 0);
  let hash: u64 = end - start;
  for (let p = start; p < end; p += 8) hash = mixed(hash, load<u64>(p));
  key.hash = <u32>hash;
  key.size = <i32>(end - start);
  key.kind = NOT_TOKEN | (load<u8>(start) == 0x3a ? PSEUDO : 0);
  return key;
}

/** The kind of a name. The numbers are the bytes of the names, 8 at a time, little endian. */
function kindOf(bytes: usize, size: i32): i32 {
  if (size == 0) return 0;
  const first = load<u64>(bytes);
  switch (size) {
    case 4:
      if (first == 0x74736f68) return HOST_NAME; // host
      break;
    case 5:
      if (first == 0x687461703a) return PSEUDO | PATH; // :path
      break;
    case 7:
      if (first == 0x646f6874656d3a) return PSEUDO | METHOD; // :method
      if (first == 0x656d656863733a) return PSEUDO | SCHEME; // :scheme
      if (first == 0x7375746174733a) return PSEUDO | STATUS; // :status
      break;
    case 10:
      if (first == 0x69726f687475613a && load<u64>(bytes, 8) == 0x7974) return PSEUDO | HOST; // :authority
      break;
    case 12:
      if (first == 0x7365757165722d78 && load<u64>(bytes, 8) == 0x64692d74) return REQUEST_ID; // x-request-id
      break;
    case 14:
      if (first == 0x2d746e65746e6f63 && load<u64>(bytes, 8) == 0x6874676e656c) return FRAMING; // content-length
      break;
    case 17:
      return kindOf17(bytes);
  }
  return (first & 0xff) == 0x3a ? PSEUDO : 0;
}

function kindOf17(bytes: usize): i32 {
  const first = load<u64>(bytes);
  const second = load<u64>(bytes, 8);
  const last = load<u64>(bytes, 16);
  // transfer-encoding
  if (first == 0x726566736e617274 && second == 0x6e69646f636e652d && last == 0x67) return FRAMING;
  // x-forwarded-proto
  if (first == 0x726177726f662d78 && second == 0x746f72702d646564 && last == 0x6f) return FORWARDED_PROTO;
  return (first & 0xff) == 0x3a ? PSEUDO : 0;
}
