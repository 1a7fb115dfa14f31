import { Byte, isOpen } from "../byte";
import { ArrayPart } from "./array-part";
import { Literal } from "./literal";
import { ModifierPart } from "./modifier-part";
import { Multipath } from "./multipath";
import { ObjectPart } from "./object-part";

const AT: i32 = 0x40;
const BANG: i32 = 0x21;

/**
 * A path, or the rest of one. Each reading of the text is parsed once, when it is first needed, however many values the
 * path is applied to.
 */
export class Path {
  private object: ObjectPart | null = null;
  private array: ArrayPart | null = null;
  /** What the path begins with, if that is special. */
  modifier: ModifierPart | null = null;
  literal: Literal | null = null;
  multipath: Multipath | null = null;
  /** The reading of the rest of a path `..rest`. */
  lines: ArrayPart | null = null;
  /** Whether the path begins with a malformed multipath, so that it finds nothing. */
  malformed: bool = false;

  constructor(readonly text: string) {
    if (text.length < 2) return this;
    const c = text.charCodeAt(0);
    if (c == AT) this.modifier = ModifierPart.of(text);
    else if (c == BANG) this.literal = Literal.of(text);
    else if (isOpen(c)) {
      this.multipath = Multipath.of(text);
      this.malformed = this.multipath === null;
    } else if (c == Byte.Dot && text.charCodeAt(1) == Byte.Dot) this.lines = new ArrayPart(text.substring(2));
  }

  asObject(): ObjectPart {
    const known = this.object;
    if (known !== null) return known;
    const part = new ObjectPart(this.text);
    this.object = part;
    return part;
  }

  asArray(): ArrayPart {
    const known = this.array;
    if (known !== null) return known;
    const part = new ArrayPart(this.text);
    this.array = part;
    return part;
  }
}

/** The path that follows a special beginning; null if nothing follows. */
export function restOf(text: string, from: i32): Path | null {
  if (from >= text.length) return null;
  const c = text.charCodeAt(from);
  return c == Byte.Dot || c == 0x7c ? new Path(text.substring(from + 1)) : null;
}
