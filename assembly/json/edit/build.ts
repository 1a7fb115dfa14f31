import { Byte } from "../byte";
import { Bytes } from "../bytes";
import { quote } from "../quote";
import { EditPart, fillOf } from "./edit-path";

/**
 * Writes the containers that the parts of a path from `i` on name, and the value inside them.
 *
 * @param member Whether the first part is the member of an object, so that its name comes first.
 * @returns false if an index is too large
 */
export function build(out: Bytes, parts: EditPart[], i: i32, member: bool, value: ArrayBuffer): bool {
  const closing: u32[] = [];
  while (true) {
    const part = parts[i++];
    if (member) {
      out.text(quote(part.name));
      out.byte(Byte.Colon);
    }
    if (i == parts.length) break;
    const next = parts[i];
    member = next.index < 0 && !next.appends;
    closing.push(member ? Byte.CloseBrace : Byte.CloseBracket);
    out.byte(member ? Byte.OpenBrace : Byte.OpenBracket);
    if (!member && !fill(out, next.index)) return false;
  }
  out.copy(changetype<usize>(value), changetype<usize>(value) + <usize>value.byteLength);
  while (closing.length != 0) out.byte(closing.pop());
  return true;
}

/** Writes the elements before a new element with an index. */
export function fill(out: Bytes, index: i32): bool {
  const count = fillOf(index, 0);
  for (let n = 0; n < count; n++) out.text("null,");
  return count >= 0;
}
