/** A number that is not negative, with leading zeros up to `count` digits. */
export function padded(value: i32, count: i32): string {
  let text = "";
  for (let i = 0; i < count; i++) {
    text = String.fromCharCode(0x30 + (value % 10)) + text;
    value /= 10;
  }
  return text;
}
