/**
 * Escapes the characters of a JSON text that Go's encoding/json escapes in addition: `<`, `>`, `&`, U+2028 and U+2029. They
 * occur only inside strings.
 */
export function escapeHtml(json: string): string {
  let count = 0;
  for (let i = 0; i < json.length; i++) count += i32(isEscaped(json.charCodeAt(i)));
  if (count == 0) return json;
  const text = __new((<usize>(json.length + 5 * count)) << 1, idof<string>());
  let out = text;
  for (let i = 0; i < json.length; i++) {
    const c = json.charCodeAt(i);
    if (!isEscaped(c)) {
      store<u16>(out, c);
      out += 2;
      continue;
    }
    store<u32>(out, 0x0075005c); // \u
    for (let digit = 0; digit < 4; digit++) {
      const value = (c >> (12 - 4 * digit)) & 15;
      store<u16>(out + 4 + ((<usize>digit) << 1), value < 10 ? 0x30 + value : 0x57 + value);
    }
    out += 12;
  }
  return changetype<string>(text);
}

function isEscaped(c: i32): bool {
  return c == 0x3c || c == 0x3e || c == 0x26 || (c & ~1) == 0x2028;
}
