import { Big } from "./big";
import { Byte } from "./byte";
import { Decimal } from "./number";
import { isWord } from "./text";

/** More digits than decide how any number is rounded (768), and room to round the rest to one. */
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

  const digits = min(count, MAX_DIGITS);
  const scale = point - digits;
  // Whole limbs below the number, so that 64 bits are left after dividing by 10^-scale: 10 has 3.33 bits.
  const shift = 4 + (scale < 0 ? (-scale * 10) / 96 : 0);
  const big = new Big(shift);
  let p = decimal.first;
  for (let i = 0; i < digits; i++) {
    if (load<u8>(p) == Byte.Dot) p++;
    big.timesPlus(10, load<u8>(p++) - Byte.Zero);
  }
  let rest = u64(digits < count);
  for (let i = 0; i < scale; i++) big.timesPlus(10, 0);
  for (let i = scale; i < 0; i += 9) rest |= big.divide(i > -9 ? tenTo(-i) : 1000000000);
  return big.round(rest != 0);
}

function tenTo(n: i32): u32 {
  let power: u32 = 1;
  while (n-- > 0) power *= 10;
  return power;
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
