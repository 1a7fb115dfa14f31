import { Byte } from "../byte";
import { Bytes } from "../bytes";
import { Children } from "../children";
import { Json } from "../json";

/** Replaces the arrays in an array by their elements; if `deep`, also the arrays in these arrays. */
export function flatten(json: Json, deep: bool): Json {
  const out = new Bytes(<i32>(json.end - json.start));
  out.byte(Byte.OpenBracket);
  add(out, json, deep, true);
  out.byte(Byte.CloseBracket);
  return out.toJson();
}

/** Adds the elements of an array, at most as deep as the nesting of the value. */
function add(out: Bytes, json: Json, deep: bool, top: bool): void {
  const children = new Children(json);
  while (children.next()) {
    if (load<u8>(children.start) == <u8>Byte.OpenBracket && (top || deep)) {
      add(out, children.value(), deep, false);
      continue;
    }
    if (out.size > 1) out.byte(Byte.Comma);
    out.copy(children.start, children.end);
  }
}
