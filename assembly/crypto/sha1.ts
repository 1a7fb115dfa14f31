import { digestOf, Hash } from "./hash";

/** Room for the 80 words that a block is expanded to. */
function schedule(): usize {
  return memory.data(320, 8);
}

// @ts-ignore: decorator
@inline
function choice(b: u32, c: u32, d: u32): u32 {
  return d ^ (b & (c ^ d));
}

// @ts-ignore: decorator
@inline
function parity(b: u32, c: u32, d: u32): u32 {
  return b ^ c ^ d;
}

// @ts-ignore: decorator
@inline
function majority(b: u32, c: u32, d: u32): u32 {
  return (b & c) | (d & (b | c));
}

/**
 * SHA-1 of an input that arrives in chunks. SHA-1 is broken: use it only where an existing protocol demands it.
 *
 * @example
 * ```ts
 * const hash = new Sha1();
 * hash.update(encodeText("abc"));
 * const digest = hash.digest(); // 20 bytes
 * ```
 */
export class Sha1 extends Hash {
  constructor() {
    super(64, 20, false);
    const initial = memory.data<u32>([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
    memory.copy(this.state, initial, 20);
  }

  protected compress(state: usize, p: usize, end: usize): void {
    const w = schedule();
    for (; p < end; p += 64) {
      for (let i: usize = 0; i < 64; i += 4) store<u32>(w + i, bswap(load<u32>(p + i)));
      for (let i = w + 64; i < w + 320; i += 4) {
        store<u32>(i, rotl<u32>(load<u32>(i - 12) ^ load<u32>(i - 32) ^ load<u32>(i - 56) ^ load<u32>(i - 64), 1));
      }
      let a = load<u32>(state);
      let b = load<u32>(state, 4);
      let c = load<u32>(state, 8);
      let d = load<u32>(state, 12);
      let e = load<u32>(state, 16);
      // Five rounds, after which each variable has its role again.
      let i = w;
      for (const end = w + 80; i < end; i += 20) {
        e += rotl<u32>(a, 5) + choice(b, c, d) + 0x5a827999 + load<u32>(i + 0);
        b = rotl<u32>(b, 30);
        d += rotl<u32>(e, 5) + choice(a, b, c) + 0x5a827999 + load<u32>(i + 4);
        a = rotl<u32>(a, 30);
        c += rotl<u32>(d, 5) + choice(e, a, b) + 0x5a827999 + load<u32>(i + 8);
        e = rotl<u32>(e, 30);
        b += rotl<u32>(c, 5) + choice(d, e, a) + 0x5a827999 + load<u32>(i + 12);
        d = rotl<u32>(d, 30);
        a += rotl<u32>(b, 5) + choice(c, d, e) + 0x5a827999 + load<u32>(i + 16);
        c = rotl<u32>(c, 30);
      }
      for (const end = w + 160; i < end; i += 20) {
        e += rotl<u32>(a, 5) + parity(b, c, d) + 0x6ed9eba1 + load<u32>(i + 0);
        b = rotl<u32>(b, 30);
        d += rotl<u32>(e, 5) + parity(a, b, c) + 0x6ed9eba1 + load<u32>(i + 4);
        a = rotl<u32>(a, 30);
        c += rotl<u32>(d, 5) + parity(e, a, b) + 0x6ed9eba1 + load<u32>(i + 8);
        e = rotl<u32>(e, 30);
        b += rotl<u32>(c, 5) + parity(d, e, a) + 0x6ed9eba1 + load<u32>(i + 12);
        d = rotl<u32>(d, 30);
        a += rotl<u32>(b, 5) + parity(c, d, e) + 0x6ed9eba1 + load<u32>(i + 16);
        c = rotl<u32>(c, 30);
      }
      for (const end = w + 240; i < end; i += 20) {
        e += rotl<u32>(a, 5) + majority(b, c, d) + 0x8f1bbcdc + load<u32>(i + 0);
        b = rotl<u32>(b, 30);
        d += rotl<u32>(e, 5) + majority(a, b, c) + 0x8f1bbcdc + load<u32>(i + 4);
        a = rotl<u32>(a, 30);
        c += rotl<u32>(d, 5) + majority(e, a, b) + 0x8f1bbcdc + load<u32>(i + 8);
        e = rotl<u32>(e, 30);
        b += rotl<u32>(c, 5) + majority(d, e, a) + 0x8f1bbcdc + load<u32>(i + 12);
        d = rotl<u32>(d, 30);
        a += rotl<u32>(b, 5) + majority(c, d, e) + 0x8f1bbcdc + load<u32>(i + 16);
        c = rotl<u32>(c, 30);
      }
      for (const end = w + 320; i < end; i += 20) {
        e += rotl<u32>(a, 5) + parity(b, c, d) + 0xca62c1d6 + load<u32>(i + 0);
        b = rotl<u32>(b, 30);
        d += rotl<u32>(e, 5) + parity(a, b, c) + 0xca62c1d6 + load<u32>(i + 4);
        a = rotl<u32>(a, 30);
        c += rotl<u32>(d, 5) + parity(e, a, b) + 0xca62c1d6 + load<u32>(i + 8);
        e = rotl<u32>(e, 30);
        b += rotl<u32>(c, 5) + parity(d, e, a) + 0xca62c1d6 + load<u32>(i + 12);
        d = rotl<u32>(d, 30);
        a += rotl<u32>(b, 5) + parity(c, d, e) + 0xca62c1d6 + load<u32>(i + 16);
        c = rotl<u32>(c, 30);
      }
      store<u32>(state, load<u32>(state) + a);
      store<u32>(state, load<u32>(state, 4) + b, 4);
      store<u32>(state, load<u32>(state, 8) + c, 8);
      store<u32>(state, load<u32>(state, 12) + d, 12);
      store<u32>(state, load<u32>(state, 16) + e, 16);
    }
  }
}

/**
 * Returns the SHA-1 digest of bytes: 20 bytes. SHA-1 is broken: use it only where an existing protocol demands it. Source:
 * FIPS 180-4.
 *
 * @example
 * ```ts
 * // The response header of a WebSocket handshake.
 * const accept = base64Encode(sha1(encodeText("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
 * ```
 */
export function sha1(bytes: ArrayBuffer): ArrayBuffer {
  return digestOf(new Sha1(), bytes);
}
