import { Byte } from "./byte";

/** Space before the digits: multiplied by 2^1075, a decimal gets at most 324 more digits, and a few more per step. */
const FRONT: usize = 400;

/** The memory for Digits: FRONT, 781 digits of input, and one digit per bit of division. */
export const CAPACITY: i32 = 2304;

/** The most bits of one step, so that ten times the value fits into 64 bits. */
const STEP: i32 = 56;

/**
 * A decimal number 0.d₁d₂…dₙ × 10^point that can be multiplied and divided by powers of two without rounding. Conversions
 * between decimal numbers and f64 need nothing else. Digits are ASCII. Memory at `base`:
 *
 *     | FRONT bytes, used by multiply ← | from … to | → used by divide, up to CAPACITY |
 */
export class Digits {
  from: usize;
  to: usize;
  point: i32 = 0;

  constructor(base: usize) {
    this.from = base + FRONT;
    this.to = this.from;
  }

  push(digit: u32): void {
    store<u8>(this.to++, digit);
  }

  /** Multiplies by 2^bits; divides if `bits` is negative. The number must not be 0. */
  scale(bits: i32): void {
    while (bits != 0) {
      const step = max(-STEP, min(bits, STEP));
      if (step > 0) this.multiply(step);
      else this.divide(-step);
      bits -= step;
    }
  }

  private multiply(bits: u64): void {
    let rest: u64 = 0;
    let p = this.to;
    while (p > this.from || rest != 0) {
      p--;
      if (p < this.from) {
        this.from = p;
        this.point++;
      } else rest += (<u64>(load<u8>(p) - Byte.Zero)) << bits;
      store<u8>(p, Byte.Zero + <u32>(rest % 10));
      rest /= 10;
    }
    while (load<u8>(this.to - 1) == Byte.Zero) this.to--;
  }

  private divide(bits: u64): void {
    let rest: u64 = 0;
    let p = this.from;
    let out = p;
    this.point++;
    // While the digits read so far are less than 2^bits, the quotient has leading zeros, which are not stored.
    while (p < this.to || rest != 0) {
      const digit = <u32>(rest >> bits);
      if (out != this.from || digit != 0) store<u8>(out++, Byte.Zero + digit);
      else this.point--;
      rest = (rest & ((1 << bits) - 1)) * 10;
      if (p < this.to) rest += <u64>(load<u8>(p++) - Byte.Zero);
    }
    this.to = out;
  }
}
