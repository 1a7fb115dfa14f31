import { Big } from "./big";
import { Byte } from "./byte";
import { readFloat } from "./float";
import { Decimal } from "./number";

/** A leading 0 and the 17 digits that tell every f64 from its neighbours. */
const ROUNDED: i32 = 18;

/** The exact value of an f64 has up to 767 digits; they are made in groups of 9. */
const EXACT: i32 = 774;

/**
 * A number as gjson's String gives it: the shortest digits that read as the nearest f64, without exponent (Go's
 * strconv.FormatFloat with 'f', -1).
 */
export function plainText(decimal: Decimal): string {
  // Up to 15 digits survive the way to f64 and back (DBL_DIG in C), so they are the shortest already.
  if (decimal.count <= 15 && decimal.point > -307 && decimal.point < 309) return layOut(decimal);
  return floatText(readFloat(decimal));
}

/**
 * An f64 in the shortest digits that read as it again, without exponent; "NaN", "+Inf" and "-Inf" as in Go.
 *
 * @example
 * floatText(1e21); // "1000000000000000000000"
 */
export function floatText(value: f64): string {
  if (isNaN(value)) return "NaN";
  if (!isFinite(value)) return value < 0 ? "-Inf" : "+Inf";
  const bytes = new StaticArray<u8>(ROUNDED + EXACT);
  const decimal = shortest(abs(value), changetype<usize>(bytes));
  decimal.negative = reinterpret<i64>(value) < 0;
  return layOut(decimal);
}

/** The shortest digits of a finite f64, 0 or more. They are in `bytes`, which has room for ROUNDED + EXACT. */
function shortest(value: f64, bytes: usize): Decimal {
  const exact = exactDigits(value, bytes + ROUNDED);
  // Where f64 has its full precision no fewer than 15 digits need to be tried: those may end in zeros.
  const from = value < 2.2250738585072014e-308 ? 1 : 15;
  for (let count = from; count < ROUNDED && count < exact.count; count++) {
    let rounded = round(exact, count, bytes, isNearerUp(exact, count));
    if (readFloat(rounded) == value) return rounded;
    // Below a power of two the next f64 is nearer than above it, so that the farther of two decimals may be the one.
    rounded = round(exact, count, bytes, true);
    if (readFloat(rounded) == value) return rounded;
  }
  return exact;
}

/** The decimal number that a finite f64 is: m × 2^e, for a negative e as m × 5^-e × 10^e. */
function exactDigits(value: f64, bytes: usize): Decimal {
  const bits = reinterpret<u64>(value);
  const field = <i32>(bits >> 52);
  const m = (bits & 0x000fffffffffffff) | ((u64(field != 0)) << 52);
  const e = max(field, 1) - 1075;
  const big = new Big(0);
  big.timesPlus(1, <u32>(m >> 21));
  big.timesPlus(1 << 21, (<u32>m) & 0x1fffff);
  for (let i = abs(e); i > 0; i--) big.timesPlus(e < 0 ? 5 : 2, 0);

  const end = bytes + EXACT;
  let p = end;
  while (!big.isZero()) {
    let group = big.divide(1000000000);
    for (let i = 0; i < 9; i++) {
      store<u8>(--p, Byte.Zero + <u32>(group % 10));
      group /= 10;
    }
  }
  const decimal = new Decimal(p, end);
  decimal.point += min(e, 0);
  return decimal;
}

/** Whether the first `count` digits are to be rounded up; half way to even, as Go and JavaScript do. */
function isNearerUp(exact: Decimal, count: i32): bool {
  const next = <i32>load<u8>(exact.first + <usize>count) - Byte.Zero;
  if (next != 5 || exact.count > count + 1) return next >= 5;
  return (load<u8>(exact.first + <usize>count - 1) & 1) != 0;
}

/** `count` of the digits of `exact`, in the ROUNDED bytes at `bytes`, the last one counted up or as it is. */
function round(exact: Decimal, count: i32, bytes: usize, up: bool): Decimal {
  store<u8>(bytes, Byte.Zero);
  memory.copy(bytes + 1, exact.first, count);
  if (up) {
    let p = bytes + <usize>count;
    // The 0 in front ends this.
    while (load<u8>(p) == Byte.Nine) store<u8>(p--, Byte.Zero);
    store<u8>(p, load<u8>(p) + 1);
  }
  const rounded = new Decimal(bytes, bytes + <usize>count + 1);
  rounded.point += exact.point - count;
  return rounded;
}

/** The number without exponent, with at least one digit before the point and none after it that is not needed. */
function layOut(decimal: Decimal): string {
  const count = decimal.count;
  const point = count == 0 ? 0 : decimal.point;
  const from = min(point - 1, 0);
  const to = max(point, count);
  const text = __new((<usize>(to - from + i32(count > point) + i32(decimal.negative))) << 1, idof<string>());
  let out = text;
  let p = decimal.first;
  if (decimal.negative) {
    store<u16>(out, Byte.Minus);
    out += 2;
  }
  for (let i = from; i < to; i++) {
    if (i == point) {
      store<u16>(out, Byte.Dot);
      out += 2;
    }
    let c: u32 = Byte.Zero;
    if (i >= 0 && i < count) {
      if (load<u8>(p) == Byte.Dot) p++;
      c = load<u8>(p++);
    }
    store<u16>(out, c);
    out += 2;
  }
  return changetype<string>(text);
}
