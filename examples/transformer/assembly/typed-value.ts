import { Json, JsonWriter } from "as-proxy-wasm-sdk";

/** The texts that Go's `strconv.ParseBool` accepts. */
const TRUE = ["1", "t", "T", "true", "True", "TRUE"];
const FALSE = ["0", "f", "F", "false", "False", "FALSE"];

/** A value of the configuration as JSON, by its `value_type` other than string; a missing value if the text does not fit. */
export function typedValue(type: string, text: string): Json {
  if (type == "boolean") {
    if (TRUE.includes(text)) return Json.parse("true");
    return FALSE.includes(text) ? Json.parse("false") : Json.missing();
  }
  const json = Json.parse(text);
  if (type == "object" || !json.exists()) return json;
  if (!json.isNumber() || !isFinite(json.f64())) return Json.missing();
  // Go writes 1.50 as 1.5 and 1e3 as 1000. Digits stay as they are, also those that a float does not have.
  return Json.parse(json.string());
}

/** A text as a JSON value. */
export function jsonText(text: string): Json {
  return Json.parse(new JsonWriter().string(text).toString());
}
