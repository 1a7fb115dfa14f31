import { Byte, isDigit } from "./byte";

/**
 * A decimal number as it is written, not yet rounded to anything: ±0.d₁d₂…dₙ × 10^point, with d₁ and dₙ not 0. Zero has
 * no digits.
 */
export class Decimal {
  /** Whether the bytes were a number at all. Takes more than JSON does (`+1`, `.5`, `01`), as Go's ParseFloat. */
  valid: bool = false;
  negative: bool = false;
  /** Where d₁ is. A decimal point may stand between the digits. */
  first: usize = 0;
  count: i32 = 0;
  point: i32 = 0;

  constructor(p: usize, end: usize) {
    if (p < end) {
      const sign: u32 = load<u8>(p);
      this.negative = sign == Byte.Minus;
      if (this.negative || sign == Byte.Plus) p++;
    }
    let digits = 0;
    let zeros = 0;
    let fraction = false;
    for (; p < end; p++) {
      const c: u32 = load<u8>(p);
      if (c == Byte.Dot && !fraction) {
        fraction = true;
        continue;
      }
      if (!isDigit(c)) break;
      digits++;
      if (c != Byte.Zero) {
        if (this.count == 0) this.first = p;
        else this.count += zeros;
        this.count++;
        zeros = 0;
      } else zeros++;
      if (this.count != 0) {
        if (!fraction) this.point++;
      } else if (fraction) this.point--;
    }
    if (p < end && digits != 0 && (load<u8>(p) | 0x20) == Byte.E) {
      p++;
      digits = 0;
      const sign: u32 = p < end ? load<u8>(p) : 0;
      if (sign == Byte.Minus || sign == Byte.Plus) p++;
      let exponent = 0;
      for (; p < end && isDigit(load<u8>(p)); p++) {
        digits++;
        // Beyond any number that is not 0 or infinite, and far from overflow.
        if (exponent < 100000000) exponent = exponent * 10 + (<i32>load<u8>(p) - Byte.Zero);
      }
      this.point += sign == Byte.Minus ? -exponent : exponent;
    }
    this.valid = digits != 0 && p == end;
  }

  /** The first `n` ≤ 19 digits as a number, with zeros after the last one. */
  head(n: i32): u64 {
    let value: u64 = 0;
    let p = this.first;
    for (let i = 0; i < n; i++) {
      let digit: u64 = 0;
      if (i < this.count) {
        if (load<u8>(p) == Byte.Dot) p++;
        digit = <u64>(load<u8>(p++) - Byte.Zero);
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** Whether the number is a whole one that i64 holds. `1e2` and `100.0` are. */
  isInteger(): bool {
    if (this.count == 0) return true;
    if (this.count > this.point || this.point > 19) return false;
    return this.head(this.point) <= <u64>i64.MAX_VALUE + <u64>this.negative;
  }

  /** The number, if `isInteger()`. */
  integer(): i64 {
    const value = <i64>(this.count == 0 ? 0 : this.head(this.point));
    return this.negative ? -value : value;
  }

  /** Whether the nearest f64 is not 0. */
  isNonZero(): bool {
    if (this.count == 0 || this.point < -323) return false;
    // Half of the smallest f64 is 2.470328229206232720…e-324.
    return this.point > -323 || this.head(19) > 2470328229206232720;
  }
}
