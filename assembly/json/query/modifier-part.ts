import { Byte, isOpen } from "../byte";
import { modifierOf, Modifier } from "./modifiers";
import { Path, restOf } from "./path";
import { opens, squash } from "./squash";

const AT: i32 = 0x40;
const PIPE: i32 = 0x7c;

/** A modifier at the beginning of a path: `@name`, or `@name:argument`. */
export class ModifierPart {
  private constructor(
    readonly modifier: Modifier,
    readonly argument: string,
    readonly next: Path | null,
  ) {}

  /** Returns null if the path begins with a name that no modifier has. */
  static of(path: string): ModifierPart | null {
    let i = nameEnd(path);
    const modifier = modifierOf(path.substring(1, i));
    if (modifier == Modifier.None) return null;
    if (i >= path.length || path.charCodeAt(i) != Byte.Colon) return new ModifierPart(modifier, "", restOf(path, i));
    const start = i + 1;
    i = argumentEnd(path, start);
    return new ModifierPart(modifier, path.substring(start, i), restOf(path, i));
  }
}

/** The index after the name of a modifier. */
function nameEnd(path: string): i32 {
  let i = 1;
  for (; i < path.length; i++) {
    const c = path.charCodeAt(i);
    if (c == Byte.Colon || c == PIPE || c == Byte.Dot) break;
  }
  return i;
}

/** The index after an argument: JSON, or any text up to a pipe. */
function argumentEnd(path: string, i: i32): i32 {
  const c = i < path.length ? path.charCodeAt(i) : 0;
  if (isOpen(c) || c == Byte.Quote) return squash(path, i);
  for (; i < path.length; i++) {
    const c = path.charCodeAt(i);
    if (c == PIPE) break;
    if (opens(c) || c == Byte.Quote) i = squash(path, i) - 1;
  }
  return i;
}

/** Whether the path after a dot is applied as if a pipe came before it: a modifier or a multipath. */
export function isPiper(path: string): bool {
  if (path.length == 0) return false;
  const c = path.charCodeAt(0);
  return c == AT ? modifierOf(path.substring(1, nameEnd(path))) != Modifier.None : isOpen(c);
}
