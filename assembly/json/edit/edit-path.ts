import { integerText } from "../../abi/decimal";
import { Byte } from "../byte";

/** The deepest nesting that the JSON parser accepts. */
const MAX_PARTS: i32 = 256;

/** The most elements that an edit adds to an array. */
const MAX_FILL: i32 = 1024;

/** One part of the path of an edit. */
export class EditPart {
  /** The number if the name consists of digits or is empty; -1 if not. */
  index: i32 = -1;

  constructor(
    readonly name: string,
    /** The index of the part in the path. */
    readonly from: i32,
    /** Whether the part began with a colon, so that it creates a member even if it is a number. */
    readonly forced: bool,
    /** Whether the part has a backslash; as in sjson, it then finds no element of an array. */
    readonly escaped: bool,
  ) {
    if (!forced) this.index = numberOf(name);
  }

  /** Whether the part appends to an array. */
  get appends(): bool {
    return !this.forced && this.name == "-1";
  }

  /** The index of the element of an array that the part finds; -1 if it is no index. */
  get element(): i32 {
    return this.escaped || this.name.length == 0 ? -1 : numberOf(this.name);
  }
}

/** The number that digits stand for, at most 10^9; -1 if a character is no digit. "" counts as 0, as in sjson. */
function numberOf(text: string): i32 {
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - Byte.Zero;
    if (<u32>digit > 9) return -1;
    n = n < 100_000_000 ? n * 10 + digit : 1_000_000_000;
  }
  return n;
}

/** The parsed path of an edit. */
export class EditPath {
  parts: EditPart[] = [];
  /** The reason why the path cannot be used; "" if there is none. */
  reason: string = "";

  constructor(text: string) {
    if (text.length == 0) this.reason = "expected path, got empty string";
    let i = 0;
    while (i < text.length || (i == text.length && i != 0)) i = this.read(text, i);
    if (this.parts.length > MAX_PARTS) this.reason = "nesting deeper than " + integerText(MAX_PARTS);
  }

  /** Reads the part at `i`. Returns the index of the next part; a number above the length of the path at its end. */
  private read(text: string, i: i32): i32 {
    const begin = i;
    const forced = i < text.length && text.charCodeAt(i) == Byte.Colon;
    if (forced) i++;
    const name: string[] = [];
    let from = i;
    let escaped = false;
    for (; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c == Byte.Dot) break;
      if (c == Byte.Backslash) {
        name.push(text.substring(from, i));
        from = ++i;
        escaped = true;
      } else if (isSpecial(c)) {
        this.reason =
          'expected names and indexes, got "' +
          text.charAt(i) +
          '"; write "\\' +
          text.charAt(i) +
          '" for the character';
        return text.length + 1;
      }
    }
    if (this.parts.length > MAX_PARTS) return text.length + 1;
    name.push(text.substring(from, min(i, text.length)));
    this.parts.push(new EditPart(name.join(""), begin, forced, escaped));
    return i + 1;
  }
}

/** `|`, `#`, `@`, `*`, `?` */
function isSpecial(c: i32): bool {
  return c == 0x7c || c == 0x23 || c == 0x40 || c == 0x2a || c == 0x3f;
}

/** The number of `null`s that an edit adds before the element with an index; -1 if there would be too many. */
export function fillOf(index: i32, length: i32): i32 {
  const fill = max(index - length, 0);
  return fill > MAX_FILL ? -1 : fill;
}
