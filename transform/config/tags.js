// The tags of doc comments: what they mean for a field of which type.

import { FORMATS } from "./formats.js";
import { compilePattern } from "./pattern.js";

/** @typedef {import("./types.js").Type} Type */
/**
 * @typedef {object} Limits what the tags of a field demand; numbers are as written
 * @property {string} [minimum]
 * @property {string} [maximum]
 * @property {string} [exclusiveMinimum]
 * @property {string} [exclusiveMaximum]
 * @property {number} [minLength]
 * @property {number} [maxLength]
 * @property {string} [pattern]
 * @property {string} [format]
 * @property {number} [minItems]
 * @property {number} [maxItems]
 * @property {boolean} [uniqueItems]
 * @property {number} [minProperties]
 * @property {number} [maxProperties]
 * @property {Limits} [of] what they demand of the elements
 */

const NUMBERS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];
const COUNTS = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];

/** The limits that a type can have. */
/** @type {Readonly<Record<Type["kind"], string[]>>} */
const LIMITS = {
  anything: [],
  bool: [],
  integer: NUMBERS,
  float: NUMBERS,
  text: ["minLength", "maxLength", "pattern", "format"],
  choice: [],
  list: ["minItems", "maxItems", "uniqueItems"],
  dictionary: ["minProperties", "maxProperties"],
  instance: [],
};
const ALL_LIMITS = new Set(Object.values(LIMITS).flat());

/** The tags that only describe a field, and those that this SDK reads elsewhere. */
export const FIELD_TAGS = ["required", "default", "examples", "title", "deprecated", "name", "ignore", "scope"];
export const CLASS_TAGS = ["additionalProperties", "title"];
/** A title in another language, for Higress's console: `@x-title-i18n zh-CN 速率`. */
const CONSOLE_TAG = /^x-(title|description)-i18n$/;

/** Keywords of JSON Schema that are not supported. Without an error, their limits would not be kept. */
const OTHERS = [
  ...["multipleOf", "const", "enum", "contains", "minContains", "maxContains", "prefixItems", "propertyNames"],
  ...[
    "patternProperties",
    "dependentRequired",
    "dependentSchemas",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
  ],
  ...["type", "contentEncoding", "contentMediaType", "unevaluatedProperties", "unevaluatedItems"],
];

/**
 * Reads the limits in the tags of a field.
 *
 * @param {{ name: string, text: string }[]} tags
 * @param {Type} type the type of the field
 * @param {string[]} others names of the tags that are no limits
 * @returns {Limits}
 * @throws Error that names the tag
 */
export function limitsOf(tags, type, others) {
  /** @type {Limits} */
  const limits = {};
  for (const { name, text } of tags) {
    const [, nested, inner] = /^(items|values)\.(.+)$/.exec(name) ?? [];
    if (nested !== undefined) {
      const kind = nested === "items" ? "list" : "dictionary";
      if (type.kind !== kind)
        throw new Error(`@${name}: the field is ${aOrAn(type)}, expected ${nested === "items" ? "an array" : "a Map"}`);
      const own = limitsOf([{ name: /** @type {string} */ (inner), text }], /** @type {any} */ (type).of, []);
      limits.of = { ...limits.of, ...own, ...(own.of ? { of: { ...limits.of?.of, ...own.of } } : {}) };
    } else if (ALL_LIMITS.has(name)) {
      if (!LIMITS[type.kind].includes(name)) throw new Error(`@${name} is not for ${aOrAn(type)}`);
      Object.assign(limits, { [name]: limit(name, text, type) });
    } else if (OTHERS.includes(name)) throw new Error(`@${name} is not supported`);
    else if (!others.includes(name) && !CONSOLE_TAG.test(name) && name !== "example") {
      const near = [...ALL_LIMITS, ...FIELD_TAGS, ...CLASS_TAGS].find((known) => isNear(known, name));
      if (near !== undefined && (others.includes(near) || ALL_LIMITS.has(near)))
        throw new Error(`@${name} is unknown; did you mean @${near}?`);
    }
  }
  checkOrder(limits);
  return limits;
}

/** The value of one limit. */
function limit(/** @type {string} */ name, /** @type {string} */ text, /** @type {Type} */ type) {
  if (NUMBERS.includes(name)) {
    const what = type.kind === "integer" ? "an integer" : "a number";
    const isRight = type.kind === "integer" ? /^-?\d+$/.test(text) : /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text);
    if (!isRight) throw new Error(`@${name}: expected ${what}, got "${text}"`);
    return text;
  }
  if (COUNTS.includes(name)) {
    if (!/^\d{1,9}$/.test(text)) throw new Error(`@${name}: expected an integer from 0 to 999999999, got "${text}"`);
    return Number(text);
  }
  if (name === "uniqueItems") {
    if (text !== "" && text !== "true" && text !== "false")
      throw new Error(`@uniqueItems: expected true, got "${text}"`);
    const { kind } = /** @type {any} */ (type).of;
    if (!["bool", "integer", "float", "text", "choice"].includes(kind))
      throw new Error("@uniqueItems is for arrays of strings, numbers, booleans and enums");
    return text !== "false";
  }
  if (name === "pattern") {
    if (text === "") throw new Error("@pattern: expected a regular expression");
    try {
      compilePattern(text);
    } catch (error) {
      throw new Error(`@pattern: ${/** @type {Error} */ (error).message}`);
    }
    return text;
  }
  if (!Object.hasOwn(FORMATS, text))
    throw new Error(`@format: expected ${Object.keys(FORMATS).join(", ")}, got "${text}"`);
  return text;
}

function checkOrder(/** @type {Limits} */ limits) {
  const pairs = /** @type {const} */ ([
    ["minLength", "maxLength"],
    ["minItems", "maxItems"],
    ["minProperties", "maxProperties"],
  ]);
  for (const [least, most] of pairs) {
    const [low = 0, high = Infinity] = [limits[least], limits[most]];
    if (low > high) throw new Error(`@${least} ${low} is above @${most} ${high}`);
  }
}

/** How a message names a type. */
export function aOrAn(/** @type {Type} */ type) {
  return {
    anything: "a Json",
    bool: "a bool",
    integer: "an integer",
    float: "a float",
    text: "a string",
    choice: "an enum",
    list: "an array",
    dictionary: "a Map",
    instance: "a class",
  }[type.kind];
}

/** Whether two names differ by at most two letters, or in case. */
function isNear(/** @type {string} */ a, /** @type {string} */ b) {
  if (a.toLowerCase() === b.toLowerCase()) return true;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const [up = 0, left = 0, diagonal = 0] = [row[j], next[j - 1], row[j - 1]];
      next.push(Math.min(up + 1, left + 1, diagonal + Number(a[i - 1] !== b[j - 1])));
    }
    row = next;
  }
  return /** @type {number} */ (row[b.length]) <= (Math.min(a.length, b.length) > 5 ? 2 : 1);
}
