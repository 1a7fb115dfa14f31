import { Byte } from "./byte";
import { CAPACITY, Digits } from "./digits";
import { Decimal } from "./number";
import { isWord } from "./text";

/** More digits than the 767 of a number half way between two f64. */
const MAX_DIGITS: i32 = 780;

/**
 * The f64 nearest to a decimal number, ties to even, as Go's strconv.ParseFloat; infinite or 0 beyond the range.
 * (AssemblyScript's own parseFloat is up to some units in the last place off.)
 */
export function readFloat(decimal: Decimal): f64 {
  const value = magnitude(decimal);
  return decimal.negative ? -value : value;
}

function magnitude(decimal: Decimal): f64 {
  const count = decimal.count;
  const point = decimal.point;
  if (count == 0 || point < -323) return 0;
  if (point > 309) return Infinity;
  const exponent = point - count;
  if (count <= 19 && abs(exponent) <= 22) {
    const head = decimal.head(count);
    if (head <= 9007199254740992) {
      // Both factors are exact, so the one rounding is right (Clinger, "How to read floating point numbers", 1990).
      let power: f64 = 1;
      for (let i = abs(exponent); i > 0; i--) power *= 10;
      return exponent < 0 ? <f64>head / power : <f64>head * power;
    }
  }

  // Used within one call only; a plugin that reads no fraction does not have it.
  const digits = new Digits(memory.data(CAPACITY));
  digits.point = point;
  let p = decimal.first;
  for (let i = 0; i < count && i < MAX_DIGITS; i++) {
    if (load<u8>(p) == Byte.Dot) p++;
    digits.push(load<u8>(p++));
  }
  // No number half way between two f64 has as many digits, so any digit says as much as all that are left out.
  if (count > MAX_DIGITS) digits.push(Byte.Zero + 1);
  return nearest(digits);
}

function nearest(digits: Digits): f64 {
  // To at least 0.5 and below 1. 10^n is between 2^3n and 2^4n.
  let exponent = 0;
  while (digits.point != 0 || load<u8>(digits.from) < <u8>(Byte.Zero + 5)) {
    const point = digits.point;
    const bits = point > 0 ? 2 - 3 * point : point < 0 ? -3 * point : 1;
    digits.scale(bits);
    exponent -= bits;
  }

  // An f64 keeps 53 bits, fewer below 2^-1022.
  const bits = min(exponent + 1074, 53);
  if (bits < 0) return 0;
  digits.scale(bits);
  let p = digits.from;
  let kept: u64 = 0;
  for (let i = digits.point; i > 0; i--) kept = kept * 10 + (p < digits.to ? <u64>(load<u8>(p++) - Byte.Zero) : 0);
  if (p < digits.to && digits.point >= 0) {
    const next = <i32>load<u8>(p) - Byte.Zero;
    if (next > 5 || (next == 5 && (p + 1 < digits.to || (kept & 1) != 0))) kept++;
  }
  // Adding, not joining: the highest kept bit counts one up in the exponent, and so does a carry.
  const result = ((<u64>max(exponent + 1021, 0)) << 52) + kept;
  return reinterpret<f64>(min(result, 0x7ff0000000000000));
}

/**
 * Reads a text as Go's strconv.ParseFloat does: a decimal number, or "inf", "infinity", "nan" in any case; 0 for anything
 * else. Hexadecimal floats are not read.
 */
export function parseFloatText(text: string): f64 {
  const bytes = String.UTF8.encode(text);
  const start = changetype<usize>(bytes);
  const decimal = new Decimal(start, start + <usize>bytes.byteLength);
  if (decimal.valid) return readFloat(decimal);
  const signed = text.startsWith("-") || text.startsWith("+");
  if (isWord(text, i32(signed), "inf") || isWord(text, i32(signed), "infinity")) {
    return text.startsWith("-") ? -Infinity : Infinity;
  }
  return isWord(text, 0, "nan") ? NaN : 0;
}
