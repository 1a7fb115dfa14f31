import { Byte } from "./byte";
import { CAPACITY, Digits } from "./digits";
import { readFloat } from "./float";
import { integerText } from "../abi/decimal";
import { Decimal } from "./number";

/** A leading 0 and the 17 digits that tell every f64 from its neighbours. */
const ROUNDED: i32 = 18;

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
 * An f64 other than NaN in the shortest digits that read as it again, without exponent; "+Inf" and "-Inf" as in Go.
 *
 * @example
 * floatText(1e21); // "1000000000000000000000"
 */
export function floatText(value: f64): string {
  if (!isFinite(value)) return value < 0 ? "-Inf" : "+Inf";
  const decimal = shortest(abs(value));
  decimal.negative = reinterpret<i64>(value) < 0;
  return layOut(decimal);
}

/** The shortest digits of a finite f64, 0 or more. */
function shortest(value: f64): Decimal {
  const exact = exactDigits(value);
  // Where f64 has its full precision no fewer than 15 digits need to be tried: those may end in zeros.
  const from = value < 2.2250738585072014e-308 ? 1 : 15;
  for (let count = from; count < ROUNDED && count < exact.count; count++) {
    let rounded = round(exact, count, isNearerUp(exact, count));
    if (readFloat(rounded) == value) return rounded;
    // Below a power of two the next f64 is nearer than above it, so that the farther of two decimals may be the one.
    rounded = round(exact, count, true);
    if (readFloat(rounded) == value) return rounded;
  }
  return exact;
}

/** The decimal number that a finite f64 is: an integer times a power of two. Until the next call. */
function exactDigits(value: f64): Decimal {
  const bits = reinterpret<u64>(value);
  const field = <i32>(bits >> 52);
  const integer = integerText((bits & 0x000fffffffffffff) | (u64(field != 0) << 52));
  const digits = new Digits(memory.data(CAPACITY));
  for (let i = 0; i < integer.length; i++) digits.push(integer.charCodeAt(i));
  digits.point = integer.length;
  if (value != 0) digits.scale(max(field, 1) - 1075);
  const decimal = new Decimal(digits.from, digits.to);
  decimal.point += digits.point - <i32>(digits.to - digits.from);
  return decimal;
}

/** Whether the first `count` digits are to be rounded up; half way to even, as Go and JavaScript do. */
function isNearerUp(exact: Decimal, count: i32): bool {
  const next = <i32>load<u8>(exact.first + <usize>count) - Byte.Zero;
  if (next != 5 || exact.count > count + 1) return next >= 5;
  return (load<u8>(exact.first + <usize>count - 1) & 1) != 0;
}

/** `count` of the digits of `exact`, the last one counted up or as it is; until the next call. */
function round(exact: Decimal, count: i32, up: bool): Decimal {
  const digits = memory.data(ROUNDED);
  store<u8>(digits, Byte.Zero);
  memory.copy(digits + 1, exact.first, count);
  if (up) {
    let p = digits + <usize>count;
    // The 0 in front ends this.
    while (load<u8>(p) == Byte.Nine) store<u8>(p--, Byte.Zero);
    store<u8>(p, load<u8>(p) + 1);
  }
  const rounded = new Decimal(digits, digits + <usize>count + 1);
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
