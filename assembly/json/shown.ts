import { decodeUtf8 } from "../abi/utf8";
import { Json } from "./json";

/** The most bytes of a value that a message shows. */
const SHOWN: usize = 40;

/** The message for a value that differs from what was expected. */
export function mismatch(expected: string, got: string): string {
  return "expected " + expected + ", got " + got;
}

/** A value in a message: the JSON text of a scalar, otherwise the type. */
export function shownValue(value: Json): string {
  return value.isArray() || value.isObject() ? value.typeName() : shownText(value.start, value.end);
}

/** The JSON text between two addresses for a message, cut if it is long. */
export function shownText(start: usize, end: usize): string {
  if (end - start <= SHOWN) return decodeUtf8(start, <i32>(end - start));
  let cut = start + SHOWN;
  // Do not cut inside a character.
  while ((load<u8>(cut) & 0xc0) == 0x80 && cut > start) cut--;
  return decodeUtf8(start, <i32>(cut - start)) + "…";
}
