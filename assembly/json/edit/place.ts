import { Byte, isClose, skipSpace } from "../byte";
import { skipText, skipValue } from "../children";
import { sameText } from "../text";
import { EditPart } from "./edit-path";

/** The place of a part of a path in an object or array: the child that it finds, or the end of the container. */
export class Place {
  /** Whether the child exists. */
  found: bool = false;
  /** The addresses of the child's value; if it does not exist, both are the address of the closing bracket. */
  start: usize = 0;
  end: usize = 0;
  /** The address of the comma before the child or its key; 0 if it is the first child. */
  comma: usize = 0;
  /** The address after the opening bracket. */
  first: usize = 0;
  /** In an array, the index of the child, or the number of elements if it does not exist. */
  index: i32 = 0;

  /** Searches the object at `p`. */
  static inObject(p: usize, part: EditPart): Place {
    const place = new Place();
    place.first = p + 1;
    p = skipSpace(p + 1);
    while (!isClose(load<u8>(p))) {
      p = place.skipComma(p);
      place.index++;
      const key = p + 1;
      p = skipText(p);
      place.found = sameText(key, p - 1, part.name);
      p = skipSpace(skipSpace(p) + 1);
      place.start = p;
      p = skipValue(p);
      place.end = p;
      if (place.found) return place;
      p = skipSpace(p);
    }
    return place.missing(p);
  }

  /**
   * Searches an array for the element with an index.
   *
   * @param p The address after the opening bracket, or of the element with index `from`.
   * @param last Whether to search for the last element instead.
   */
  static inArray(p: usize, from: i32, index: i32, last: bool): Place {
    const place = new Place();
    place.first = p;
    place.index = from;
    p = skipSpace(p);
    while (!isClose(load<u8>(p))) {
      p = place.skipComma(p);
      place.start = p;
      p = skipValue(p);
      place.end = p;
      place.found = last || place.index == index;
      p = skipSpace(p);
      if (last ? isClose(load<u8>(p)) : place.found) return place;
      place.index++;
    }
    return place.missing(p);
  }

  private skipComma(p: usize): usize {
    if (load<u8>(p) != <u8>Byte.Comma) return p;
    this.comma = p;
    return skipSpace(p + 1);
  }

  private missing(p: usize): Place {
    this.found = false;
    this.start = p;
    this.end = p;
    return this;
  }

  /** The address of the first byte that goes when the child is deleted. */
  deletedFrom(inObject: bool): usize {
    return this.comma ? this.comma : inObject ? this.first : this.start;
  }

  /** The address after the last byte that goes: the comma after the first child goes too. */
  deletedTo(): usize {
    if (this.comma) return this.end;
    const p = skipSpace(this.end);
    return load<u8>(p) == <u8>Byte.Comma ? p + 1 : this.end;
  }
}
