import { encodeUtf8 } from "../abi/utf8";
import { Byte, skipSpace } from "./byte";
import { skipText, skipValue } from "./children";
import { readText } from "./text";

/** A key of an object. */
export class Key {
  readonly bytes: ArrayBuffer;

  constructor(
    /** The addresses of the opening quote and after the closing quote. */
    readonly start: usize,
    end: usize,
  ) {
    this.bytes = encodeUtf8(readText(start + 1, end - 1));
  }
}

/** The keys of the object at an address, ordered by their bytes in UTF-8. Equal keys keep their order. */
export function sortedKeys(p: usize): Key[] {
  const keys: Key[] = [];
  p = skipSpace(p + 1);
  while (load<u8>(p) != <u8>Byte.CloseBrace) {
    if (load<u8>(p) == <u8>Byte.Comma) p = skipSpace(p + 1);
    const end = skipText(p);
    keys.push(new Key(p, end));
    p = skipSpace(skipValue(skipSpace(skipSpace(end) + 1)));
  }
  return keys.sort((a, b) => byteOrder(a.bytes, b.bytes));
}

/** The order of two texts by their bytes: below 0, 0 or above 0. */
export function byteOrder(a: ArrayBuffer, b: ArrayBuffer): i32 {
  const found = memory.compare(changetype<usize>(a), changetype<usize>(b), min(a.byteLength, b.byteLength));
  return found != 0 ? found : a.byteLength - b.byteLength;
}
