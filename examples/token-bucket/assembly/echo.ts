import { Json, JsonWriter } from "as-proxy-wasm-sdk";

/** The largest size of the header configdata, in bytes. */
const LARGEST: i32 = 4096;

/**
 * Formats a configuration as one line of JSON in printable ASCII, without the gateway's own keys (`_rules_`, `_match_…`).
 * Returns "" if the line is too long for a header.
 */
export function configData(json: Json): string {
  const writer = new JsonWriter().beginObject();
  const entries = json.entries();
  for (let i = 0; i < entries.length; i++) {
    const key = entries[i].key;
    if (json.isObject() && key != "_rules_" && !key.startsWith("_match_")) writer.key(key).raw(entries[i].value);
  }
  const text = writer.endObject().toString();
  let line = "";
  for (let i = 0; i < text.length && line.length <= LARGEST; i++) {
    const c = text.charCodeAt(i);
    // A character that is not printable is white space between values, or part of a string.
    if (c >= 0x20 && c < 0x7f) line += String.fromCharCode(c);
    else if (c > 0x20) line += "\\u" + hex(c >> 12) + hex(c >> 8) + hex(c >> 4) + hex(c);
  }
  return line.length <= LARGEST ? line : "";
}

function hex(digit: i32): string {
  digit &= 15;
  return String.fromCharCode(digit < 10 ? 0x30 + digit : 0x57 + digit);
}
