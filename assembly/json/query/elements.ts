import { Byte, isClose, skipSpace } from "../byte";
import { skipValue } from "../children";

/** Iterates over the elements of an array, or over one value as if it were the element of an array. */
export class Elements {
  start: usize = 0;
  end: usize = 0;
  /** The address after the last element; 0 after the only value. */
  private p: usize;

  /**
   * @param start The address of the array or of the value; 0 for no elements.
   * @param only The address after the value; 0 for an array.
   */
  constructor(start: usize, only: usize) {
    this.p = start && !only ? start + 1 : 0;
    this.start = only ? start : 0;
    this.end = only;
  }

  next(): bool {
    if (this.p == 0) {
      // The only value comes once.
      const only = this.start != 0 && this.end != 0;
      this.p = 1;
      return only;
    }
    if (this.p == 1) return false;
    let p = skipSpace(this.p);
    if (isClose(load<u8>(p))) return false;
    if (load<u8>(p) == <u8>Byte.Comma) p = skipSpace(p + 1);
    this.start = p;
    this.end = skipValue(p);
    this.p = this.end;
    return true;
  }
}
