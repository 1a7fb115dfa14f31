/**
 * Quotes a text for a log message. Characters other than printable ASCII become \xNN or \uNNNN; the text is cut after 64.
 */
export function quoted(text: string): string {
  let out = '"';
  const length = text.length;
  for (let i = 0; i < length; i++) {
    if (i == 64) return out + '…"';
    const c = text.charCodeAt(i);
    if (c >= 0x20 && c < 0x7f) out += String.fromCharCode(c);
    else if (c < 0x100) out += "\\x" + hex(c >> 4) + hex(c);
    else out += "\\u" + hex(c >> 12) + hex(c >> 8) + hex(c >> 4) + hex(c);
  }
  return out + '"';
}

function hex(digit: i32): string {
  digit &= 15;
  return String.fromCharCode(digit < 10 ? 48 + digit : 87 + digit);
}
