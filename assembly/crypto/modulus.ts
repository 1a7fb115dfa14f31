/** A number of a fixed size: 32 bits in each element, the lowest first. */
export type Limbs = StaticArray<u32>;

/** Reads a big-endian number that fits into `size` limbs. */
export function toLimbs(bytes: ArrayBuffer, size: i32): Limbs {
  const limbs = new StaticArray<u32>(size);
  const last = bytes.byteLength - 1;
  for (let i = 0; i <= last; i++) {
    store<u8>(changetype<usize>(limbs) + <usize>i, load<u8>(changetype<usize>(bytes) + <usize>(last - i)));
  }
  return limbs;
}

/** Writes a number as big-endian bytes, as many as asked for. */
export function toBytes(limbs: Limbs, size: i32): ArrayBuffer {
  const bytes = new ArrayBuffer(size);
  for (let i = 0; i < size; i++) {
    store<u8>(changetype<usize>(bytes) + <usize>(size - 1 - i), load<u8>(changetype<usize>(limbs) + <usize>i));
  }
  return bytes;
}

/** Compares two numbers of the same size: negative if a < b, 0 if they are equal. */
export function compareLimbs(a: Limbs, b: Limbs): i32 {
  for (let i = a.length - 1; i >= 0; i--) {
    const x = unchecked(a[i]);
    const y = unchecked(b[i]);
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

export function isZero(a: Limbs): bool {
  for (let i = 0; i < a.length; i++) if (unchecked(a[i]) != 0) return false;
  return true;
}

/** Writes a - b, which may wrap. Returns 1 if a < b. */
export function subtractLimbs(out: Limbs, a: Limbs, b: Limbs): u32 {
  let borrow: u64 = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = <u64>unchecked(a[i]) - <u64>unchecked(b[i]) - borrow;
    unchecked((out[i] = <u32>difference));
    borrow = difference >> 63;
  }
  return <u32>borrow;
}

/** Writes a + b, which may wrap. Returns the carry. */
export function addLimbs(out: Limbs, a: Limbs, b: Limbs): u32 {
  let carry: u64 = 0;
  for (let i = 0; i < a.length; i++) {
    carry += <u64>unchecked(a[i]) + <u64>unchecked(b[i]);
    unchecked((out[i] = <u32>carry));
    carry >>= 32;
  }
  return <u32>carry;
}

/**
 * Arithmetic modulo an odd number n, on numbers below n. `multiply` is Montgomery's: it divides the product by R = 2^(32 *
 * size). A number times R is called "in Montgomery form"; `multiply` keeps the form. The time depends on the numbers, so the
 * class is for public numbers only. Results may be written over operands. Source: Koç, Acar, Kaliski, "Analyzing and
 * Comparing Montgomery Multiplication Algorithms", 1996.
 */
export class Modulus {
  /** 1 in Montgomery form: R mod n. */
  readonly one: Limbs;
  /** R^2 mod n, which brings a number into Montgomery form. */
  readonly square: Limbs;
  protected product: Limbs;
  /** -1/n mod 2^32. */
  private inverse: u32 = 0;

  /** @param n An odd number whose highest limb is not 0. */
  constructor(readonly n: Limbs) {
    const size = n.length;
    this.product = new StaticArray<u32>(size);
    this.one = new StaticArray<u32>(size);
    this.square = new StaticArray<u32>(size);
    // Newton's iteration doubles the number of correct bits, from 3.
    const lowest = unchecked(n[0]);
    let inverse = lowest;
    for (let i = 0; i < 4; i++) inverse *= 2 - lowest * inverse;
    this.inverse = 0 - inverse;
    this.setOne();
    this.setSquare();
  }

  /** Doubles the highest power of 2 below n until it is R. */
  private setOne(): void {
    const last = this.n.length - 1;
    const free = <i32>clz<u32>(unchecked(this.n[last]));
    unchecked((this.one[last] = 0x80000000 >> free));
    for (let i = 0; i <= free; i++) this.add(this.one, this.one, this.one);
  }

  /** Raises 2 to the power 32 * size, which is R, in Montgomery form. */
  private setSquare(): void {
    const x = this.square;
    memory.copy(changetype<usize>(x), changetype<usize>(this.one), (<usize>x.length) << 2);
    const exponent = (<u32>x.length) << 5;
    for (let bit = 31 - <i32>clz<u32>(exponent); bit >= 0; bit--) {
      this.multiply(x, x, x);
      if ((exponent >> bit) & 1) this.add(x, x, x);
    }
  }

  add(out: Limbs, a: Limbs, b: Limbs): void {
    const carry = addLimbs(out, a, b);
    if (carry != 0 || compareLimbs(out, this.n) >= 0) subtractLimbs(out, out, this.n);
  }

  subtract(out: Limbs, a: Limbs, b: Limbs): void {
    if (subtractLimbs(out, a, b) != 0) addLimbs(out, out, this.n);
  }

  /** Writes a * b / R mod n. */
  multiply(out: Limbs, a: Limbs, b: Limbs): void {
    const size = (<usize>this.n.length) << 2;
    const n = changetype<usize>(this.n);
    const t = changetype<usize>(this.product);
    const y = changetype<usize>(b);
    const inverse = this.inverse;
    for (let j: usize = 0; j < size; j += 4) store<u32>(t + j, 0);
    // The limb above `t`: 0 or 1.
    let top: u64 = 0;
    for (let i: usize = 0; i < size; i += 4) {
      const x: u64 = load<u32>(changetype<usize>(a) + i);
      let sum = x * <u64>load<u32>(y) + <u64>load<u32>(t);
      const factor: u64 = <u32>sum * inverse;
      let reduced = factor * <u64>load<u32>(n) + (sum & 0xffffffff);
      for (let j: usize = 4; j < size; j += 4) {
        sum = x * <u64>load<u32>(y + j) + <u64>load<u32>(t + j) + (sum >> 32);
        reduced = factor * <u64>load<u32>(n + j) + (sum & 0xffffffff) + (reduced >> 32);
        store<u32>(t + j - 4, <u32>reduced);
      }
      top += (sum >> 32) + (reduced >> 32);
      store<u32>(t + size - 4, <u32>top);
      top >>= 32;
    }
    this.reduce(out, <u32>top);
  }

  /** Writes `product` modulo n. The product, with the limb above it, is below 2 n. */
  protected reduce(out: Limbs, top: u32): void {
    const product = this.product;
    if (subtractLimbs(out, product, this.n) == 0 || top != 0) return;
    for (let i = 0; i < product.length; i++) unchecked((out[i] = product[i]));
  }

  /** Returns a number in Montgomery form. */
  toMontgomery(a: Limbs): Limbs {
    const result = new StaticArray<u32>(a.length);
    this.multiply(result, a, this.square);
    return result;
  }

  /** Returns base^exponent in Montgomery form. The base is in Montgomery form, the exponent is big-endian and not 0. */
  power(base: Limbs, exponent: ArrayBuffer): Limbs {
    const result = base.slice<StaticArray<u32>>();
    let begun = false;
    for (let i = 0; i < exponent.byteLength; i++) {
      const byte: u32 = load<u8>(changetype<usize>(exponent) + <usize>i);
      for (let bit = 7; bit >= 0; bit--) {
        if (begun) this.multiply(result, result, result);
        if (((byte >> bit) & 1) == 0) continue;
        if (begun) this.multiply(result, result, base);
        begun = true;
      }
    }
    return result;
  }
}
