import { Byte } from "../byte";
import { Bytes } from "../bytes";
import { Children } from "../children";
import { Json } from "../json";

/** A member of the joined object: its key as it is written first, and the last value. */
class Member {
  constructor(
    readonly keyStart: usize,
    readonly keyEnd: usize,
    public start: usize,
    public end: usize,
  ) {}
}

/** Joins the objects in an array to one object. Of members with equal keys the last value is used, or all if `preserve`. */
export function join(json: Json, preserve: bool): Json {
  const members: Member[] = [];
  const byKey = new Map<string, Member>();
  const elements = new Children(json);
  while (elements.next()) {
    if (load<u8>(elements.start) != <u8>Byte.OpenBrace) continue;
    const children = new Children(elements.value());
    while (children.next()) {
      if (!preserve) {
        const key = children.key();
        if (byKey.has(key)) {
          const known = byKey.get(key);
          known.start = children.start;
          known.end = children.end;
          continue;
        }
      }
      const member = new Member(children.keyStart - 1, children.keyEnd + 1, children.start, children.end);
      if (!preserve) byKey.set(children.key(), member);
      members.push(member);
    }
  }
  const out = new Bytes(<i32>(json.end - json.start));
  out.byte(Byte.OpenBrace);
  for (let i = 0; i < members.length; i++) {
    if (i != 0) out.byte(Byte.Comma);
    out.copy(members[i].keyStart, members[i].keyEnd);
    out.byte(Byte.Colon);
    out.copy(members[i].start, members[i].end);
  }
  out.byte(Byte.CloseBrace);
  return out.toJson();
}
