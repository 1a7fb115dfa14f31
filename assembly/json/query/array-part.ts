import { Byte } from "../byte";
import { Condition } from "./condition";
import { isPiper } from "./modifier-part";
import { PIPE } from "./object-part";
import { Path } from "./path";
import { splitPipe } from "./split-pipe";
import { OPEN_PARENTHESIS } from "./squash";

export const HASH: i32 = 0x23;

export const enum Select {
  Nothing,
  /** The element at `index`. */
  Index,
  /** `#`: the number of elements. */
  Count,
  /** `#.name`: the values at `next` in all elements. */
  Each,
  /** `#(…)`: the first element that fulfils `condition`. */
  First,
  /** `#(…)#`: all elements that fulfil `condition`. */
  All,
}

/** The first part of a path as an array reads it: the elements that it selects, and what follows. */
export class ArrayPart {
  select: Select = Select.Nothing;
  index: i32 = 0;
  condition: Condition | null = null;
  /** The path inside the elements. */
  next: Path | null = null;
  /** The path that is applied to the result, whether or not something is found. */
  pipe: Path | null = null;
  /** The path that is applied to the result if an element is found. */
  lastPipe: Path | null = null;

  constructor(path: string) {
    let hash = false;
    let i = 0;
    for (; i < path.length; i++) {
      const c = path.charCodeAt(i);
      if (c == Byte.Dot || c == PIPE) break;
      if (c != HASH) continue;
      hash = true;
      const bracket = i == 0 && path.length > 1 ? path.charCodeAt(1) : 0;
      if (bracket != OPEN_PARENTHESIS && bracket != Byte.OpenBracket) continue;
      const condition = new Condition(path);
      if (!condition.valid) return this;
      this.condition = condition;
      i = condition.end - 1;
      this.select = i + 1 < path.length && path.charCodeAt(i + 1) == HASH ? Select.All : Select.First;
    }
    if (!hash) this.index = this.indexOf(path, i);
    else if (this.condition === null && i == 1) this.select = Select.Count;
    if (i >= path.length) return this;

    const rest = path.substring(i + 1);
    if (path.charCodeAt(i) == PIPE || (!hash && isPiper(rest))) {
      this.pipe = new Path(rest);
      return this;
    }
    if (this.select == Select.Count) this.select = Select.Each;
    const at = this.select > Select.Count ? splitPipe(rest) : -1;
    this.next = new Path(at < 0 ? rest : rest.substring(0, at));
    if (at >= 0) this.lastPipe = new Path(rest.substring(at + 1));
  }

  /** Reads the index before `end`. */
  private indexOf(path: string, end: i32): i32 {
    let index = 0;
    for (let i = 0; i < end; i++) {
      const digit = path.charCodeAt(i) - Byte.Zero;
      if (<u32>digit > 9 || index > 100000000) return 0;
      index = index * 10 + digit;
    }
    if (end != 0) this.select = Select.Index;
    return index;
  }
}
