import type { ScalarNode } from "./node.js";
import { YamlSyntaxError } from "./syntax-error.js";
import { isTimestamp } from "./timestamp.js";
import { decodeUtf8 } from "./utf8.js";

/** A scalar with its type. Integers and floats differ, since Go converts them to keys in different ways. */
export type Scalar =
  | { type: "null" }
  | { type: "bool"; value: boolean }
  /**
   * `digits`: the decimal digits, if the double does not hold them all. `wide`: more than 63 bits, which only Go's uint64
   * holds.
   */
  | { type: "int"; value: number; digits?: string; wide?: true }
  | { type: "float"; value: number }
  | { type: "string"; value: string };

const WORDS = new Map<string, Scalar>();
for (const word of ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"]) {
  WORDS.set(word, { type: "bool", value: true });
}
for (const word of ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"]) {
  WORDS.set(word, { type: "bool", value: false });
}
for (const word of ["", "~", "null", "Null", "NULL"]) WORDS.set(word, { type: "null" });
for (const word of ["inf", "Inf", "INF"]) {
  WORDS.set(`.${word}`, { type: "float", value: Infinity });
  WORDS.set(`+.${word}`, { type: "float", value: Infinity });
  WORDS.set(`-.${word}`, { type: "float", value: -Infinity });
}
for (const word of [".nan", ".NaN", ".NAN"]) WORDS.set(word, { type: "float", value: NaN });

const CORE = "tag:yaml.org,2002:";
/** Go's `ParseFloat` takes underscores between digits. */
const POINT_FLOAT = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))$/;
const SHORT_INTEGER = /^(?:0|-?[1-9][0-9]{0,14})$/;
const MOST_SIGNED = 2n ** 63n - 1n;
const MOST_UNSIGNED = 2n ** 64n - 1n;

/**
 * Gives a scalar its type as Go's yaml package v2 does, on which kubectl and the API server read YAML: the words of YAML
 * 1.1 are booleans, 017 is octal, "_" may stand in numbers, and dates stay texts. The facts are those of
 * go.yaml.in/yaml/v2 2.4, resolve.go.
 *
 * @throws YamlSyntaxError if the text does not fit the tag
 */
export function resolveScalar(node: ScalarNode): Scalar {
  const { tag, text } = node;
  if (tag === "") return node.implicit ? resolvePlain(text) : { type: "string", value: text };
  if (!tag.startsWith(CORE)) return { type: "string", value: text };
  switch (tag.slice(CORE.length)) {
    case "binary":
      return { type: "string", value: decodeBase64(node) };
    case "timestamp":
      if (!isTimestamp(text)) mismatch(node, "timestamp");
      return { type: "string", value: text };
    case "bool":
    case "int":
    case "null":
      return typed(node, tag.slice(CORE.length));
    case "float": {
      const scalar = resolvePlain(text);
      if (scalar.type === "int" && !scalar.wide) return { type: "float", value: scalar.value };
      return typed(node, "float");
    }
    default:
      return { type: "string", value: text };
  }
}

function typed(node: ScalarNode, type: string): Scalar {
  const scalar = resolvePlain(node.text);
  if (scalar.type !== type) mismatch(node, type);
  return scalar;
}

function mismatch(node: ScalarNode, type: string): never {
  throw new YamlSyntaxError(node.line, `"${node.text}" does not fit the tag "!!${type}"`);
}

export function resolvePlain(text: string): Scalar {
  const word = WORDS.get(text);
  if (word) return word;
  const first = text.charAt(0);
  if (first === ".") {
    const number = POINT_FLOAT.test(text) ? float(text.replaceAll("_", "")) : undefined;
    if (number) return number;
  } else if ((first >= "0" && first <= "9") || first === "-" || first === "+") {
    const digits = text.replaceAll("_", "");
    const number = integer(digits) ?? (FLOAT.test(digits) ? float(digits) : undefined);
    if (number) return number;
  }
  return { type: "string", value: text };
}

function integer(text: string): Scalar | undefined {
  if (SHORT_INTEGER.test(text)) return { type: "int", value: Number(text) };
  const match = INTEGER.exec(text);
  if (!match) {
    // Go takes a sign behind "0b", too.
    const binary = /^0b([-+])([01]+)$/.exec(text);
    return binary ? integer(`${binary[1]}0b${binary[2]}`) : undefined;
  }
  const [, sign, hexadecimal, binary, octal, decimal] = match;
  const prefix = hexadecimal ? "0x" : binary ? "0b" : octal ? "0o" : "";
  let value = BigInt(prefix + (hexadecimal ?? binary ?? octal ?? decimal));
  if (sign === "-") value = -value;
  if (value < -MOST_SIGNED - 1n || value > MOST_UNSIGNED) return undefined;
  const scalar: Scalar = { type: "int", value: Number(value), digits: value.toString() };
  if (value <= MOST_SIGNED) return scalar;
  return sign === "" ? { ...scalar, wide: true } : undefined;
}

/** Undefined for a number beyond the range of doubles: Go leaves the text then. */
function float(text: string): Scalar | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? { type: "float", value } : undefined;
}

function decodeBase64(node: ScalarNode): string {
  const text = node.text.replaceAll(/[\r\n]/g, "");
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) mismatch(node, "binary");
  return decodeUtf8(Buffer.from(text, "base64"));
}
