// Source: the encoding of Protocol Buffers, https://protobuf.dev/programming-guides/encoding/

/**
 * Bit t is set for wire type t: number, eight bytes, bytes with their length, four bytes. Other wire types are obsolete or
 * undefined.
 */
const WIRE_TYPES: u32 = 0b100111;

/**
 * Guesses whether bytes that should be JSON are a protobuf message. A message begins with the tag of a field, and contains
 * control characters in its tags and lengths. The guess may be wrong: a space is a valid tag, and a text may begin with
 * one.
 */
export function looksLikeMessage(bytes: ArrayBuffer): bool {
  const start = changetype<usize>(bytes);
  const end = start + <usize>bytes.byteLength;
  if (start == end || ((WIRE_TYPES >> (load<u8>(start) & 7)) & 1) == 0) return false;
  for (let at = start; at < end; at++) {
    const c = load<u8>(at);
    if (c < 0x20 && c != 0x09 && c != 0x0a && c != 0x0d) return true;
  }
  return false;
}
