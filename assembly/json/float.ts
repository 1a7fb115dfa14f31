import { Byte } from "./byte";
import { CAPACITY, Digits } from "./digits";
import { Decimal } from "./number";
import { isWord } from "./text";

/** A number halfway between two f64 has at most 767 digits. */
const MAX_DIGITS: i32 = 780;

/**
 * Converts a decimal number to the nearest f64, ties to even, as Go's strconv.ParseFloat; infinite or 0 outside the range.
 * (AssemblyScript's own parseFloat may be off by a few units in the last place.)
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
      // Both operands are exact, so the single rounding is correct (Clinger, "How to read floating point numbers", 1990).
      let power: f64 = 1;
      for (let i = abs(exponent); i > 0; i--) power *= 10;
      return exponent < 0 ? <f64>head / power : <f64>head * power;
    }
  }

  // Static memory, used only during this call. A plugin that reads no fractions does not contain it.
  const digits = new Digits(memory.data(CAPACITY));
  digits.point = point;
  let p = decimal.first;
  for (let i = 0; i < count && i < MAX_DIGITS; i++) {
    if (load<u8>(p) == Byte.Dot) p++;
    digits.push(load<u8>(p++));
  }
  // No number halfway between two f64 has this many digits, so any nonzero digit has the effect of all dropped digits.
  if (count > MAX_DIGITS) digits.push(Byte.Zero + 1);
  return nearest(digits);
}

function nearest(digits: Digits): f64 {
  // Scale to at least 0.5 and below 1. 10^n is between 2^3n and 2^4n.
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
  // Add, not OR: the highest kept bit adds one to the exponent, and so does a carry.
  const result = ((<u64>max(exponent + 1021, 0)) << 52) + kept;
  return reinterpret<f64>(min(result, 0x7ff0000000000000));
}

/**
 * Parses a text as Go's strconv.ParseFloat does: a decimal number, or "inf", "infinity", "nan" in upper or lower case. The
 * result is 0 for any other text, also for hexadecimal floats.
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
