const DIGIT_0: i32 = 0x30;
const MINUS: i32 = 0x2d;

/**
 * Reads a decimal integer, such as the value of a header. `I64.parse` and `parseInt` also accept "12abc" and " 12", and
 * wrap around when the number is too large.
 *
 * @param text digits, with a minus sign in front if the number is negative
 * @param otherwise what the function returns when the text is no integer, or when the integer is not in the range
 * @param min the least integer of the range
 * @param max the greatest integer of the range
 * @example
 * ```ts
 * const size = integerOr("1024", -1, 0, 1 << 20); // 1024
 * const wrong = integerOr("12abc", -1); // -1
 * ```
 */
export function integerOr(text: string, otherwise: i64, min: i64 = i64.MIN_VALUE, max: i64 = i64.MAX_VALUE): i64 {
  const isNegative = text.length > 0 && text.charCodeAt(0) == MINUS;
  const first = isNegative ? 1 : 0;
  if (first == text.length) return otherwise;
  // Below zero, because -i64.MIN_VALUE is no i64.
  let value: i64 = 0;
  for (let i = first; i < text.length; i++) {
    const digit = text.charCodeAt(i) - DIGIT_0;
    if (<u32>digit > 9 || value < i64.MIN_VALUE / 10) return otherwise;
    value = value * 10 - digit;
    if (value > 0) return otherwise; // wrapped around
  }
  if (!isNegative) {
    if (value == i64.MIN_VALUE) return otherwise;
    value = -value;
  }
  return value >= min && value <= max ? value : otherwise;
}
