import { Byte, skipSpace } from "../byte";
import { Bytes } from "../bytes";
import { Children } from "../children";
import { Json } from "../json";

/** Replaces the arrays in an array by their elements; if `deep`, also the arrays in these arrays. */
export function flatten(json: Json, deep: bool): Json {
  const out = new Bytes(<i32>(json.end - json.start));
  out.byte(Byte.OpenBracket);
  add(out, json, deep);
  out.byte(Byte.CloseBracket);
  return out.toJson();
}

/** Adds the elements of an array, at most as deep as the nesting of the value. */
function add(out: Bytes, json: Json, deep: bool): void {
  const children = new Children(json);
  while (children.next()) {
    let start = children.start;
    let end = children.end;
    if (load<u8>(start) == <u8>Byte.OpenBracket) {
      if (deep) {
        add(out, children.value(), true);
        continue;
      }
      start = skipSpace(start + 1);
      end--;
      while (end > start && load<u8>(end - 1) <= <u8>Byte.Space) end--;
      if (end == start) continue;
    }
    if (out.size > 1) out.byte(Byte.Comma);
    out.copy(start, end);
  }
}
