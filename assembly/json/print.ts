import { Byte } from "./byte";
import { CAPACITY, Digits } from "./digits";
import { readFloat } from "./float";
import { integerText } from "../abi/decimal";
import { Decimal } from "./number";

/** A leading 0 and 17 digits, which are enough to distinguish every f64 from its neighbours. */
const ROUNDED: i32 = 18;

/**
 * Formats a number as gjson's String does: the fewest digits that read as the nearest f64, without an exponent (Go's
 * strconv.FormatFloat with 'f', -1).
 */
export function plainText(decimal: Decimal): string {
  // A number of up to 15 digits is unchanged by a conversion to f64 and back (DBL_DIG in C), so it has the fewest digits.
  if (decimal.count <= 15 && decimal.point > -307 && decimal.point < 309) return layOut(decimal);
  return floatText(readFloat(decimal));
}

/**
 * Formats an f64 other than NaN with the fewest digits that read as the same f64, without an exponent; "+Inf" and "-Inf"
 * as in Go.
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

/** The fewest digits that read as `value`, which is finite and not negative. */
function shortest(value: f64): Decimal {
  const exact = exactDigits(value);
  // For an f64 with full precision start with 15 digits: a shorter number is found there too, with zeros at its end.
  const from = value < 2.2250738585072014e-308 ? 1 : 15;
  for (let count = from; count < ROUNDED && count < exact.count; count++) {
    let rounded = round(exact, count, isNearerUp(exact, count));
    if (readFloat(rounded) == value) return rounded;
    // The next f64 below a power of two is nearer than the next above it. So the decimal above `value` may read as `value`
    // although it is not the nearest decimal.
    rounded = round(exact, count, true);
    if (readFloat(rounded) == value) return rounded;
  }
  return exact;
}

/** The exact decimal value of a finite f64. The result is valid until the next call. */
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

/** Whether the first `count` digits must be rounded up; halfway to even, as in Go and JavaScript. */
function isNearerUp(exact: Decimal, count: i32): bool {
  const next = <i32>load<u8>(exact.first + <usize>count) - Byte.Zero;
  if (next != 5 || exact.count > count + 1) return next >= 5;
  return (load<u8>(exact.first + <usize>count - 1) & 1) != 0;
}

/** The first `count` digits of `exact`, rounded up or down. The result is valid until the next call. */
function round(exact: Decimal, count: i32, up: bool): Decimal {
  const digits = memory.data(ROUNDED);
  store<u8>(digits, Byte.Zero);
  memory.copy(digits + 1, exact.first, count);
  if (up) {
    let p = digits + <usize>count;
    // The leading 0 ends this loop.
    while (load<u8>(p) == Byte.Nine) store<u8>(p--, Byte.Zero);
    store<u8>(p, load<u8>(p) + 1);
  }
  const rounded = new Decimal(digits, digits + <usize>count + 1);
  rounded.point += exact.point - count;
  return rounded;
}

/** Formats a number without an exponent, with at least one digit before the point and no trailing zeros after it. */
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
