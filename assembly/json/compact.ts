import { Byte } from "./byte";
import { Bytes } from "./bytes";
import { skipText } from "./children";
import { Json } from "./json";

/**
 * Returns the JSON text of a value without white space (Go's tidwall/pretty `Ugly`). Strings and numbers stay as they are
 * written.
 *
 * @param json A value.
 * @returns The text; "" if the value is missing, or longer than 16 MiB.
 * @example
 * ```ts
 * compactJson(Json.parse('{ "a": [1, 2] }')); // {"a":[1,2]}
 * ```
 */
export function compactJson(json: Json): string {
  const out = new Bytes(<i32>(json.end - json.start));
  compactTo(out, json);
  return out.toText();
}

/** Appends a value without white space. */
export function compactTo(out: Bytes, json: Json): void {
  let p = json.start;
  const end = json.end;
  while (p < end) {
    // A run of bytes up to the next white space, strings included.
    const from = p;
    while (p < end && load<u8>(p) > <u8>Byte.Space) p = load<u8>(p) == <u8>Byte.Quote ? skipText(p) : p + 1;
    out.copy(from, p);
    while (p < end && load<u8>(p) <= <u8>Byte.Space) p++;
  }
}
