import { isDigit } from "../text/ascii";
import { Byte } from "./byte";

/**
 * A decimal number as it is written, without rounding: ±0.d₁d₂…dₙ × 10^point, where d₁ and dₙ are not 0. Zero has no
 * digits.
 */
export class Decimal {
  /** Whether the bytes are a number. Accepts more than JSON does (`+1`, `.5`, `01`), as Go's ParseFloat. */
  valid: bool = false;
  negative: bool = false;
  /** The address of d₁. There may be a decimal point between the digits. */
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
        // With a larger exponent the number is 0 or infinite. The limit avoids an overflow.
        if (exponent < 100000000) exponent = exponent * 10 + (<i32>load<u8>(p) - Byte.Zero);
      }
      this.point += sign == Byte.Minus ? -exponent : exponent;
    }
    this.valid = digits != 0 && p == end;
  }

  /** The first `n` ≤ 20 digits as a number, with zeros appended if there are fewer digits, modulo 2⁶⁴. */
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

  /** Whether the number is an integer in the range of i64. `1e2` and `100.0` are integers. */
  isInteger(): bool {
    if (this.count == 0) return true;
    if (this.count > this.point || this.point > 19) return false;
    return this.head(this.point) <= <u64>i64.MAX_VALUE + <u64>this.negative;
  }

  /** Whether the number is an integer in the range of u64. */
  isUnsigned(): bool {
    if (this.count == 0) return true;
    if (this.negative || this.count > this.point || this.point > 20) return false;
    if (this.point < 20) return true;
    // Twenty digits: at most 18446744073709551615.
    const head = this.head(19);
    return head < 1844674407370955161 || (head == 1844674407370955161 && this.head(20) >= 18446744073709551610);
  }

  /** The number as a u64. Valid only if `isUnsigned()`. */
  magnitude(): u64 {
    return this.count == 0 ? 0 : this.head(this.point);
  }

  /** The number as an i64. Valid only if `isInteger()`. */
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
