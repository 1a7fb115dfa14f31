import { encodeUtf8To } from "../abi/utf8";
import { isFieldValue } from "../text/token";
import { narrow } from "./header-key";

/** The bytes of memory that a value of this length needs at most: 3 for each code unit. */
export function valueRoom(length: i32): i32 {
  return 3 * length;
}

/**
 * Writes a header value as UTF-8, in one pass that also checks the characters.
 *
 * @param room memory for the bytes, see `valueRoom`
 * @returns the number of bytes; -1 if the value contains a control character other than a tab
 */
export function writeValue(value: string, room: usize): i32 {
  let p = changetype<usize>(value);
  const end = p + ((<usize>value.length) << 1);
  let out = room;
  while (end - p >= 8) {
    const units = load<u64>(p);
    // Each of the 4 units is below 0x80, at least 0x20 and not 0x7f: the sums do not overflow into the next unit.
    if (units & 0xff80ff80ff80ff80) return writeOther(value, room);
    const fits = (units + 0x7fe07fe07fe07fe0) & ~(units + 0x7f817f817f817f81) & 0x8000800080008000;
    if (fits != 0x8000800080008000) return writeOther(value, room);
    store<u32>(out, <u32>narrow(units));
    p += 8;
    out += 4;
  }
  while (p < end) {
    const c = load<u16>(p);
    if (c < 0x20 || c > 0x7e) return writeOther(value, room);
    store<u8>(out, c);
    p += 2;
    out++;
  }
  return <i32>(out - room);
}

/** As `writeValue`, for a value that may have tabs or characters that are not ASCII. */
function writeOther(value: string, room: usize): i32 {
  return isFieldValue(value) ? <i32>(encodeUtf8To(room, value) - room) : -1;
}
