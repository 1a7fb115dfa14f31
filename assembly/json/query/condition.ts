import { encodeUtf8 } from "../../abi/utf8";
import { Byte } from "../byte";
import { stringText, toBool, toF64 } from "../convert";
import { parseFloatText } from "../float";
import { Json } from "../json";
import { matches } from "../match";
import { byteOrder } from "../sorted-keys";
import { isWord, sameText } from "../text";
import { Path } from "./path";
import { CLOSE_PARENTHESIS, closingQuote, OPEN_PARENTHESIS, trimmed } from "./squash";

const BANG: i32 = 0x21;
const PERCENT: i32 = 0x25;
const LESS: i32 = 0x3c;
const EQUAL: i32 = 0x3d;
const GREATER: i32 = 0x3e;
const TILDE: i32 = 0x7e;

/** The condition of a query `#(path op value)`. */
export class Condition {
  /** Whether the brackets are closed, and the value is a JSON string if it has quotes and escapes. */
  valid: bool = false;
  /** The index after the closing bracket. */
  end: i32 = 0;
  /** The path inside the elements. */
  path: Path;
  /** `=`, `<`, `>` or `%`; 0 if the condition is that the value exists. */
  private operator: i32 = 0;
  private negated: bool = false;
  private orEqual: bool = false;
  private value: string = "";
  private number: f64 = 0;

  /** @param query A path that begins with `#(` or `#[`. */
  constructor(query: string) {
    let i = 2;
    let from = 0;
    for (let depth = 1; i < query.length; i++) {
      const c = query.charCodeAt(i);
      if (depth == 1 && from == 0 && isOperator(c)) {
        from = i;
        continue;
      }
      if (c == Byte.Backslash) i++;
      else if (c == Byte.OpenBracket || c == OPEN_PARENTHESIS) depth++;
      else if (c == Byte.CloseBracket || c == CLOSE_PARENTHESIS) {
        if (--depth == 0) break;
      } else if (c == Byte.Quote) i = closingQuote(query, i);
    }
    this.path = new Path(trimmed(query, 2, from ? from : min(i, query.length)));
    if (i >= query.length) return this;
    this.end = i + 1;
    this.valid = from == 0 || this.readOperation(trimmed(query, from, i));
  }

  /** Reads the operator and the value. Returns false if the value is not a JSON string. */
  private readOperation(text: string): bool {
    let first = text.charCodeAt(0);
    const second = text.length > 1 ? text.charCodeAt(1) : 0;
    let size = 1;
    if (first == BANG) {
      // As in gjson, `!` alone is a condition that nothing fulfils, and `!` before a value is no operator.
      if (text.length > 1 && second != EQUAL && second != PERCENT) return true;
      this.negated = true;
      size = min(2, text.length);
      first = second == PERCENT ? PERCENT : second == EQUAL ? EQUAL : BANG;
    } else if (second == EQUAL && first != PERCENT) {
      this.orEqual = first != EQUAL;
      size = 2;
    }
    this.operator = first;
    let value = trimmed(text, size, text.length);
    if (value.length >= 2 && value.startsWith('"') && value.endsWith('"')) {
      if (value.includes("\\")) {
        const json = Json.parse(value);
        if (!json.isString()) return false;
        value = stringText(json);
      } else value = value.substring(1, value.length - 1);
    }
    this.value = value;
    this.number = parseFloatText(value);
    return true;
  }

  /** Whether a value, which may be missing, fulfils the condition. */
  accepts(json: Json): bool {
    if (this.value.length != 0 && this.value.charCodeAt(0) == TILDE) return this.acceptsTruth(json);
    if (!json.exists()) return false;
    if (this.operator == 0) return true;
    if (json.isString()) return this.acceptsText(json);
    if (json.isNumber()) {
      const number = toF64(json);
      return (
        this.operator != PERCENT &&
        this.compare(
          number < this.number ? -1 : i32(number > this.number),
          number != number || this.number != this.number,
        )
      );
    }
    return json.isBool() && this.acceptsBool(json.first == Byte.T, this.value);
  }

  /** Compares the truth of a value with `~true`, `~false`, `~null` or `~*`. */
  private acceptsTruth(json: Json): bool {
    const word = this.value.substring(1);
    let truth: bool;
    if (word == "*") truth = json.exists();
    else if (word == "null") truth = !json.exists() || json.isNull();
    else if (word == "true") truth = toBool(json);
    else if (word == "false") truth = isFalse(json);
    else return false;
    return this.acceptsBool(truth, "true");
  }

  private acceptsBool(value: bool, other: string): bool {
    if (this.operator == EQUAL) return (other == (value ? "true" : "false")) != this.negated;
    if (this.operator == GREATER) return value && (this.orEqual || other == "false");
    return this.operator == LESS && !value && (this.orEqual || other == "true");
  }

  private acceptsText(json: Json): bool {
    if (this.operator == PERCENT) return matches(stringText(json), this.value) != this.negated;
    if (this.operator == EQUAL) return sameText(json.start + 1, json.end - 1, this.value) != this.negated;
    return this.compare(byteOrder(encodeUtf8(stringText(json)), encodeUtf8(this.value)), false);
  }

  /** Whether the operator accepts an order: below 0 for less, 0 for equal, above 0 for greater. */
  private compare(order: i32, unordered: bool): bool {
    if (unordered) return this.operator == EQUAL && this.negated;
    if (this.operator == EQUAL) return (order == 0) != this.negated;
    if (order == 0) return this.orEqual;
    return order < 0 ? this.operator == LESS : this.operator == GREATER;
  }
}

function isOperator(c: i32): bool {
  return c == BANG || c == PERCENT || c == LESS || c == EQUAL || c == GREATER;
}

function isFalse(json: Json): bool {
  if (json.isNumber()) return !toBool(json);
  if (!json.isString()) return !json.exists() || json.isNull() || json.first == Byte.F;
  const text = stringText(json);
  return text == "0" || isWord(text, 0, "f") || isWord(text, 0, "false");
}
