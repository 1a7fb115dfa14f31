import { isDigit } from "../../text/ascii";
import { Byte, isOpen } from "../byte";
import { Json } from "../json";
import { Path, restOf } from "./path";
import { closingQuote, squash } from "./squash";

/** A value in a path: `!"text"`, `!{"a":1}`, `!true`. */
export class Literal {
  private constructor(
    readonly value: Json,
    readonly next: Path | null,
  ) {}

  /** Returns null if no value follows the `!`. */
  static of(path: string): Literal | null {
    const c = path.charCodeAt(1);
    if (isOpen(c)) {
      const end = squash(path, 1);
      return new Literal(Json.parse(path.substring(1, end)), restOf(path, end));
    }
    // As in gjson, nothing follows a string or a number.
    if (c == Byte.Quote) return new Literal(Json.parse(path.substring(1, closingQuote(path, 1) + 1)), null);
    let end = 1;
    if (c == Byte.Minus || c == Byte.Plus || isDigit(c)) {
      while (end < path.length && isNumberPart(path.charCodeAt(end))) end++;
      return new Literal(Json.parse(path.substring(1, end)), null);
    }
    while (end < path.length && path.charCodeAt(end) != 0x7c && path.charCodeAt(end) != Byte.Dot) end++;
    const word = path.substring(1, end);
    if (word != "true" && word != "false" && word != "null") return null;
    return new Literal(Json.parse(word), restOf(path, end));
  }
}

function isNumberPart(c: u32): bool {
  return isDigit(c) || c == Byte.Minus || c == Byte.Plus || c == Byte.Dot || (c | 0x20) == Byte.E;
}
