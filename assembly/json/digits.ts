import { Byte } from "./byte";

/** Room before the digits: times 2^1075 the smallest decimal that matters grows by 324 of them, and by some per step. */
const FRONT: usize = 400;

/** The memory that Digits need: FRONT, 781 digits of input, and 1 more per bit that they are divided by. */
export const CAPACITY: i32 = 2304;

/** The most bits of one step: ten times as much still fits 64 bits. */
const STEP: i32 = 56;

/**
 * A decimal number 0.d₁d₂…dₙ × 10^point that can be multiplied and divided by powers of two without rounding, which is all
 * that converting between decimal and f64 takes. Digits are ASCII. Memory at `base`:
 *
 *     | FRONT, free: grows this way ← | from … to | → and this way, free up to CAPACITY |
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

  /** Multiplies by 2^bits; divides if that is below 0. The number is not 0. */
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
    // The first digits together are less than 2^bits: they give leading zeros, which are left out.
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
