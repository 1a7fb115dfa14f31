import type { JsonObject, JsonValue } from "../../spec/json.js";
import type { Decoded, DecodedMap } from "./decode.js";
import { shortestFloat32 } from "./float32.js";
import type { Scalar } from "./resolve-scalar.js";
import { YamlSyntaxError } from "./syntax-error.js";

/**
 * Converts a value to JSON as sigs.k8s.io/yaml does: keys become strings.
 *
 * @param line the line of the value, from 0
 * @throws YamlSyntaxError for null as a key, and for infinity and NaN, which JSON does not have
 */
export function toJson(value: Decoded, line: number): JsonValue {
  switch (value.type) {
    case "null":
      return null;
    case "bool":
    case "string":
    case "int":
      return value.value;
    case "float":
      if (Number.isFinite(value.value)) return value.value;
      throw new YamlSyntaxError(line, "JSON has neither infinity nor NaN; put it in quotes");
    case "list":
      return value.items.map((item) => toJson(item, line));
    case "map":
      return toObject(value);
  }
}

function toObject(map: DecodedMap): JsonObject {
  const object: JsonObject = {};
  for (const { key, value, line } of map.entries.values()) {
    const name = keyText(key, line);
    const json = toJson(value, line);
    if (name === "__proto__") Object.defineProperty(object, name, { value: json, ...OWN });
    else object[name] = json;
  }
  return object;
}

const OWN = { enumerable: true, configurable: true, writable: true };

function keyText(key: Scalar, line: number): string {
  switch (key.type) {
    case "null":
      throw new YamlSyntaxError(line, "null cannot be a key; put the key in quotes");
    case "string":
      return key.value;
    case "bool":
      return String(key.value);
    case "int":
      if (!key.wide) return key.digits ?? String(key.value);
      throw new YamlSyntaxError(line, `the number ${key.digits} is too large for a key; put the key in quotes`);
    case "float":
      return shortestFloat32(key.value);
  }
}
