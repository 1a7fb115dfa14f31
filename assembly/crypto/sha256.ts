import { digestOf, Hash } from "./hash";

/** The first 32 bits of the fractions of the cube roots of the first 64 primes. */
function roundConstants(): usize {
  return memory.data<u32>([
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
    0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
    0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
    0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2,
  ]);
}

/** Room for the 64 words that a block is expanded to. */
function schedule(): usize {
  return memory.data(256, 8);
}

// @ts-ignore: decorator
@inline
function choice(e: u32, f: u32, g: u32): u32 {
  return (rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25)) + (g ^ (e & (f ^ g)));
}

// @ts-ignore: decorator
@inline
function majority(a: u32, b: u32, c: u32): u32 {
  return (rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22)) + ((a & b) | (c & (a | b)));
}

/** The constant and the word of a round. */
// @ts-ignore: decorator
@inline
function word(k: usize, w: usize, offset: usize): u32 {
  return load<u32>(k + offset) + load<u32>(w + offset);
}

/**
 * SHA-256 of an input that arrives in chunks.
 *
 * @example
 * ```ts
 * const hash = new Sha256();
 * hash.update(encodeText("hello "));
 * hash.update(encodeText("world"));
 * const digest = hash.digest(); // 32 bytes
 * ```
 */
export class Sha256 extends Hash {
  constructor() {
    super(64, 32, false);
    const initial = memory.data<u32>([
      0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ]);
    memory.copy(this.state, initial, 32);
  }

  protected compress(state: usize, p: usize, end: usize): void {
    const k = roundConstants();
    const w = schedule();
    for (; p < end; p += 64) {
      for (let i: usize = 0; i < 64; i += 4) store<u32>(w + i, bswap(load<u32>(p + i)));
      for (let i: usize = 64; i < 256; i += 4) {
        const x = load<u32>(w + i - 60);
        const y = load<u32>(w + i - 8);
        const s0 = rotr<u32>(x, 7) ^ rotr<u32>(x, 18) ^ (x >> 3);
        const s1 = rotr<u32>(y, 17) ^ rotr<u32>(y, 19) ^ (y >> 10);
        store<u32>(w + i, load<u32>(w + i - 64) + s0 + load<u32>(w + i - 28) + s1);
      }
      let a = load<u32>(state);
      let b = load<u32>(state, 4);
      let c = load<u32>(state, 8);
      let d = load<u32>(state, 12);
      let e = load<u32>(state, 16);
      let f = load<u32>(state, 20);
      let g = load<u32>(state, 24);
      let h = load<u32>(state, 28);
      // Eight rounds, after which each variable has its role again.
      for (let i: usize = 0; i < 256; i += 32) {
        h += choice(e, f, g) + word(k + i, w + i, 0);
        d += h;
        h += majority(a, b, c);
        g += choice(d, e, f) + word(k + i, w + i, 4);
        c += g;
        g += majority(h, a, b);
        f += choice(c, d, e) + word(k + i, w + i, 8);
        b += f;
        f += majority(g, h, a);
        e += choice(b, c, d) + word(k + i, w + i, 12);
        a += e;
        e += majority(f, g, h);
        d += choice(a, b, c) + word(k + i, w + i, 16);
        h += d;
        d += majority(e, f, g);
        c += choice(h, a, b) + word(k + i, w + i, 20);
        g += c;
        c += majority(d, e, f);
        b += choice(g, h, a) + word(k + i, w + i, 24);
        f += b;
        b += majority(c, d, e);
        a += choice(f, g, h) + word(k + i, w + i, 28);
        e += a;
        a += majority(b, c, d);
      }
      store<u32>(state, load<u32>(state) + a);
      store<u32>(state, load<u32>(state, 4) + b, 4);
      store<u32>(state, load<u32>(state, 8) + c, 8);
      store<u32>(state, load<u32>(state, 12) + d, 12);
      store<u32>(state, load<u32>(state, 16) + e, 16);
      store<u32>(state, load<u32>(state, 20) + f, 20);
      store<u32>(state, load<u32>(state, 24) + g, 24);
      store<u32>(state, load<u32>(state, 28) + h, 28);
    }
  }
}

/**
 * Returns the SHA-256 digest of bytes: 32 bytes. Source: FIPS 180-4.
 *
 * @example
 * ```ts
 * hexEncode(sha256(encodeText("abc"))); // "ba7816bf…"
 * ```
 */
export function sha256(bytes: ArrayBuffer): ArrayBuffer {
  return digestOf(new Sha256(), bytes);
}
