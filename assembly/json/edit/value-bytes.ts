import { integerText } from "../../abi/decimal";
import { encodeUtf8 } from "../../abi/utf8";
import { Json } from "../json";
import { floatText } from "../print";
import { quote } from "../quote";

/**
 * The JSON text of a value: a string, a bool, an integer, a float, or a Json; `null` for a null reference. Empty if JSON
 * has no such value: for NaN, an infinite number and a missing Json.
 */
export function valueBytes<T>(value: T): ArrayBuffer {
  if (isNullable<T>() && changetype<usize>(value) == 0) return encodeUtf8("null");
  if (isString<T>()) return encodeUtf8(quote(changetype<string>(value)));
  if (isBoolean<T>()) return encodeUtf8(value ? "true" : "false");
  if (isFloat<T>()) return isFinite(<f64>value) ? encodeUtf8(floatText(<f64>value)) : new ArrayBuffer(0);
  if (isInteger<T>()) return encodeUtf8(isSigned<T>() ? integerText(<i64>value) : unsignedText(<u64>value));
  if (idof<NonNullable<T>>() != idof<Json>()) {
    ERROR("JSON has strings, bools, integers, floats and Json");
  }
  return changetype<Json>(value).bytes();
}

function unsignedText(value: u64): string {
  const digits = integerText(<i64>(value % 10));
  return value > 9 ? integerText(<i64>(value / 10)) + digits : digits;
}
