import { Byte } from "./byte";
import { Json } from "./json";
import { parseFloatText, readFloat } from "./float";
import { Decimal } from "./number";
import { plainText } from "./print";
import { isWord, readText } from "./text";

/** The text of a string. */
export function stringText(json: Json): string {
  return readText(json.start + 1, json.end - 1);
}

/**
 * The text of a string, "" for null, the JSON text of any other value. (`toText` adds the formatting of numbers to a
 * module.)
 */
export function looseText(json: Json): string {
  return json.isString() ? stringText(json) : json.isNull() ? "" : json.raw();
}

/** gjson's Result.String. */
export function toText(json: Json): string {
  if (json.isString()) return stringText(json);
  if (json.isNull()) return "";
  const raw = json.raw();
  return !json.isNumber() || isDigits(raw) ? raw : plainText(new Decimal(json.start, json.end));
}

/** gjson's Result.Bool. */
export function toBool(json: Json): bool {
  if (json.isNumber()) return new Decimal(json.start, json.end).isNonZero();
  if (!json.isString()) return json.first == Byte.T;
  const text = stringText(json);
  return text == "1" || isWord(text, 0, "t") || isWord(text, 0, "true");
}

/** gjson's Result.Int. */
export function toI64(json: Json): i64 {
  const text = json.isString() ? stringText(json) : json.raw();
  if (isDigits(text)) {
    const negative = text.charCodeAt(0) == Byte.Minus;
    let value: i64 = 0;
    for (let i = i32(negative); i < text.length; i++) value = value * 10 + <i64>(text.charCodeAt(i) - Byte.Zero);
    return negative ? -value : value;
  }
  if (!json.isNumber()) return i64(json.first == Byte.T);
  const value = readFloat(new Decimal(json.start, json.end));
  if (value >= 9223372036854775808.0) return i64.MAX_VALUE;
  return value <= -9223372036854775808.0 ? i64.MIN_VALUE : <i64>value;
}

/** gjson's Result.Float. */
export function toF64(json: Json): f64 {
  if (json.isString()) return parseFloatText(stringText(json));
  if (json.isNumber()) return readFloat(new Decimal(json.start, json.end));
  return f64(json.first == Byte.T);
}

/** Whether a text is one or more digits, with or without a minus. */
function isDigits(text: string): bool {
  const from = i32(text.length > 0 && text.charCodeAt(0) == Byte.Minus);
  for (let i = from; i < text.length; i++) if (<u32>(text.charCodeAt(i) - Byte.Zero) > 9) return false;
  return text.length > from;
}
