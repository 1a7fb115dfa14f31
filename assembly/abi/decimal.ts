/** A number in decimal digits. (Integer#toString brings every radix along.) */
export function decimal(value: i32): string {
  let rest = <u32>(value < 0 ? -value : value);
  let text = "";
  do {
    text = String.fromCharCode(48 + (rest % 10)) + text;
    rest /= 10;
  } while (rest != 0);
  return value < 0 ? "-" + text : text;
}
