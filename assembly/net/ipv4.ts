/**
 * Reads an IPv4 address in dotted decimal: four numbers from 0 to 255 without leading zeros, as Go's `netip.ParseAddr`.
 * Other forms, which some libraries take (`127.1`, `0177.0.0.1`, `2130706433`), are not read.
 *
 * @param from index of the first character
 * @param to index after the last character
 * @returns the 32 bits of the address, or -1
 */
export function parseIPv4(text: string, from: i32, to: i32): i64 {
  let address: i64 = 0;
  let fields = 0;
  let value = 0;
  let digits = 0;
  for (let i = from; i <= to; i++) {
    const c = i < to ? text.charCodeAt(i) : 0x2e;
    if (c == 0x2e) {
      if (digits == 0 || ++fields > 4) return -1;
      address = (address << 8) | value;
      value = 0;
      digits = 0;
      continue;
    }
    if (c < 0x30 || c > 0x39 || (digits > 0 && value == 0)) return -1;
    value = value * 10 + (c - 0x30);
    if (value > 255) return -1;
    digits++;
  }
  return fields == 4 ? address : -1;
}
