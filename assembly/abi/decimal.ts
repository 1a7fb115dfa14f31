/**
 * Formats an integer in decimal. (`i64.toString()` adds a table for every radix to the module; this is a tenth of its
 * size.)
 *
 * @param value Any integer.
 * @example
 * integerText(-12); // "-12"
 */
export function integerText(value: i64): string {
  let rest: u64 = value < 0 ? 0 - <u64>value : <u64>value;
  // 20 code units: a sign and 19 digits, filled from the end.
  const text = changetype<usize>(new ArrayBuffer(40));
  let p = text + 40;
  do {
    p -= 2;
    store<u16>(p, 0x30 + <u32>(rest % 10));
    rest /= 10;
  } while (rest);
  if (value < 0) {
    p -= 2;
    store<u16>(p, 0x2d);
  }
  const size = text + 40 - p;
  const result = __new(size, idof<string>());
  memory.copy(result, p, size);
  return changetype<string>(result);
}
