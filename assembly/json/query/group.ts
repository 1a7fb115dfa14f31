import { Byte, isClose, skipSpace } from "../byte";
import { Bytes } from "../bytes";
import { Children, skipValue } from "../children";
import { Json } from "../json";

/** One array of the object, and the address of its next element. */
class Column {
  constructor(
    readonly keyStart: usize,
    readonly keyEnd: usize,
    public p: usize,
  ) {}
}

/** Makes an object of arrays an array of objects: `{"a":[1,2],"b":[3]}` becomes `[{"a":1,"b":3},{"a":2}]`. */
export function group(json: Json): Json {
  let columns: Column[] = [];
  const children = new Children(json);
  while (children.next()) {
    if (load<u8>(children.start) != <u8>Byte.OpenBracket) continue;
    const first = skipSpace(children.start + 1);
    if (!isClose(load<u8>(first))) columns.push(new Column(children.keyStart - 1, children.keyEnd + 1, first));
  }
  const out = new Bytes();
  out.byte(Byte.OpenBracket);
  while (columns.length != 0 && !out.overflow) {
    if (out.size > 1) out.byte(Byte.Comma);
    out.byte(Byte.OpenBrace);
    let left = 0;
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i];
      if (i != 0) out.byte(Byte.Comma);
      out.copy(column.keyStart, column.keyEnd);
      out.byte(Byte.Colon);
      const end = skipValue(column.p);
      out.copy(column.p, end);
      const p = skipSpace(end);
      if (isClose(load<u8>(p))) continue;
      column.p = skipSpace(p + 1);
      columns[left++] = column;
    }
    // Only the columns with more elements stay, so the loop takes as many steps as there are elements.
    columns.length = left;
    out.byte(Byte.CloseBrace);
  }
  out.byte(Byte.CloseBracket);
  return out.toJson();
}
