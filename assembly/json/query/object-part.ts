import { Byte } from "../byte";
import { isPiper } from "./modifier-part";
import { Path } from "./path";

export const PIPE: i32 = 0x7c;
const STAR: i32 = 0x2a;
const QUESTION: i32 = 0x3f;

/** The first part of a path as a member of an object reads it: a name, and what follows. */
export class ObjectPart {
  name: string = "";
  /** Whether the name has wildcards. */
  wild: bool = false;
  /** The path inside the member. */
  next: Path | null = null;
  /** The path that is applied to the result of the parts before it. */
  pipe: Path | null = null;

  constructor(path: string) {
    // Escapes go, and as in gjson an escaped wildcard counts as a wildcard if the name also has a wildcard that is not
    // escaped.
    let from = 0;
    let i = 0;
    for (; i < path.length; i++) {
      const c = path.charCodeAt(i);
      if (c == Byte.Dot || c == PIPE) break;
      if (c == STAR || c == QUESTION) this.wild = true;
      else if (c == Byte.Backslash) {
        this.name += path.substring(from, i);
        from = ++i;
      }
    }
    this.name += path.substring(from, i);
    if (i >= path.length) return this;
    const rest = new Path(path.substring(i + 1));
    if (path.charCodeAt(i) == PIPE || isPiper(rest.text)) this.pipe = rest;
    else this.next = rest;
  }
}
