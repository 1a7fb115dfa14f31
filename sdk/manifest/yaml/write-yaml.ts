import type { JsonObject, JsonValue } from "../../spec/json.js";
import { FORBIDDEN_CHARACTERS } from "./control-characters.js";
import { resolvePlain } from "./resolve-scalar.js";

/** Texts that can stand without quotes: no indicator at the beginning, no ": " and no " #", no blank at an end. */
const PLAIN = /^[^\s\-?:,[\]{}#&*!|>'"%@`=<~](?:[^\s:#]|:(?=[^\s])|(?<=\S)#| (?=[^\s#]))*$/u;
/** Words of other YAML readers, which other versions and other programs take for something else than texts. */
const AMBIGUOUS = /^(?:[-+.0-9]|(?:y|n|yes|no|on|off|true|false|null)$)/i;

/**
 * Writes a value as YAML, in the way that people write manifests: block collections, and quotes only where a text would
 * otherwise be read as something else by kubectl or by readers of YAML 1.2. `parseYaml` reads the same value back.
 *
 * @example
 * writeYaml({ kind: "WasmPlugin", on: ["y"] }); // 'kind: WasmPlugin\n"on":\n- "y"\n'
 */
export function writeYaml(value: JsonValue): string {
  if (isEmpty(value) || typeof value !== "object" || value === null) return `${scalar(value, "")}\n`;
  return `${collection(value, "").join("\n")}\n`;
}

type Collection = JsonObject | JsonValue[];

/** The lines of a list or object that is not empty. */
function collection(value: Collection, indent: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => entry("-", item, indent));
  return Object.entries(value).flatMap(([key, item]) => entry(`${text(key)}:`, item, indent));
}

/** The lines of an entry, whose first line begins with "-" or with the key. */
function entry(head: string, value: JsonValue, indent: string): string[] {
  if (typeof value !== "object" || value === null || isEmpty(value)) {
    return [`${indent}${head} ${scalar(value, indent)}`];
  }
  // Like kubectl, a list in an object is not indented.
  const inner = head === "-" || !Array.isArray(value) ? `${indent}  ` : indent;
  const lines = collection(value, inner);
  if (head !== "-") return [`${indent}${head}`, ...lines];
  return [`${indent}- ${lines[0]?.slice(inner.length)}`, ...lines.slice(1)];
}

function isEmpty(value: JsonValue): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function scalar(value: JsonValue, indent: string): string {
  if (typeof value === "string") return isBlock(value) ? block(value, indent) : text(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0.0" : number(value);
  return JSON.stringify(value);
}

/** Go reads "1e21" without a point as a number too, but other readers take it for a text. */
function number(value: number): string {
  const digits = String(value);
  return digits.includes("e") && !digits.includes(".") ? digits.replace("e", ".0e") : digits;
}

/** A text on one line, with double quotes where needed. */
function text(value: string): string {
  if (PLAIN.test(value) && !AMBIGUOUS.test(value) && resolvePlain(value).type === "string" && isPrintable(value)) {
    return value;
  }
  // JSON's escapes are YAML's, but for characters beyond those that JSON escapes.
  return JSON.stringify(value.replace(/\p{Cs}/gu, "\ufffd")).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    escape,
  );
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function isPrintable(value: string): boolean {
  return !FORBIDDEN_CHARACTERS.test(value) && !/[\x85\u2028\u2029\ufeff]/.test(value);
}

/** A text of several lines is easier to read as a block. Blanks at the ends of its lines would be hard to see. */
function isBlock(value: string): boolean {
  if (!/^\S[^]*\n[^]*\S\n?$/.test(value)) return false;
  return !/[\r\t]|[ ]\n/.test(value) && isPrintable(value);
}

function block(value: string, indent: string): string {
  const chomping = value.endsWith("\n") ? "" : "-";
  const lines = value.replace(/\n$/, "").split("\n");
  return [`|${chomping}`, ...lines.map((line) => (line === "" ? "" : `${indent}  ${line}`))].join("\n");
}
