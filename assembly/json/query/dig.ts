import { Byte, isOpen } from "../byte";
import { Bytes } from "../bytes";
import { Children } from "../children";
import { Json } from "../json";
import { Path } from "./path";
import { Query } from "./query";

/** An array of the values at a path in a value, in its children, in their children, and so on. */
export function dig(json: Json, argument: string): Json {
  const out = new Bytes();
  out.byte(Byte.OpenBracket);
  digInto(out, json, new Path(argument));
  out.byte(Byte.CloseBracket);
  return out.toJson();
}

function digInto(out: Bytes, json: Json, path: Path): void {
  const query = new Query(json, false);
  query.get(path);
  if (query.start && !query.failed) {
    if (out.size > 1) out.byte(Byte.Comma);
    out.copy(query.start, query.end);
  }
  if (!isOpen(json.first)) return;
  const children = new Children(json);
  while (children.next() && !out.overflow) digInto(out, children.value(), path);
}
