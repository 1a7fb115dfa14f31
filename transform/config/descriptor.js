// Writes the table of descriptors, whose layout assembly/config/table.ts describes.

import { failure } from "../failure.js";
import { FORMATS } from "./formats.js";
import { compilePattern } from "./pattern.js";
import { floatRange, integerRange } from "./ranges.js";

/** @typedef {import("./model.js").ConfigClass} ConfigClass */
/** @typedef {import("./tags.js").Limits} Limits */
/** @typedef {import("./types.js").Type} Type */

// The members of Kind, in their order.
const KINDS = ["anything", "bool", "signed", "unsigned", "float", "text", "choice", "list", "dictionary", "instance"];
const ANY_COUNT = 0xffffffff;

const MOST_OFFSET = 0xffff;

/**
 * Writes the table.
 *
 * @param {ConfigClass[]} classes
 * @param {string[]} unused the constants of assembly/config/table.ts that are false
 * @returns {Uint8Array}
 */
export function writeTable(classes, unused) {
  const table = new Table(unused);
  const index = table.reserve(classes.length * 2);
  classes.forEach(({ closed, fields }, i) => {
    const nodes = fields.map(({ type, limits }) => table.node(type, limits));
    const names = fields.map(({ key }) => table.text(key));
    const object = table.text("object");
    table.patch(index + i * 2, table.bytes.length);
    table.u16(object);
    table.u8(Number(closed));
    table.u16(fields.length);
    fields.forEach(({ required }, at) => {
      table.u16(/** @type {number} */ (names[at]));
      table.u16(/** @type {number} */ (nodes[at]));
      table.u8(Number(required));
    });
  });
  if (table.bytes.length > MOST_OFFSET)
    throw failure("the configuration classes are too large: their names, limits and patterns need more than 64 KiB");
  return Uint8Array.from(table.bytes);
}

class Table {
  /** @type {number[]} */
  bytes = [];
  /** @type {Map<string, number>} offsets of what is in the table already */
  known = new Map();

  constructor(/** @type {string[]} */ unused) {
    this.unused = unused;
  }

  reserve(/** @type {number} */ size) {
    const at = this.bytes.length;
    this.bytes.push(...Array.from({ length: size }, () => 0));
    return at;
  }

  patch(/** @type {number} */ at, /** @type {number} */ value) {
    this.bytes[at] = value & 0xff;
    this.bytes[at + 1] = (value >> 8) & 0xff;
  }

  u8(/** @type {number} */ value) {
    this.bytes.push(value & 0xff);
  }

  u16(/** @type {number} */ value) {
    this.bytes.push(value & 0xff, (value >> 8) & 0xff);
  }

  u32(/** @type {number} */ value) {
    for (let i = 0; i < 4; i++) this.bytes.push((value >>> (8 * i)) & 0xff);
  }

  u64(/** @type {bigint} */ value) {
    for (let i = 0n; i < 8n; i++) this.bytes.push(Number((value >> (8n * i)) & 0xffn));
  }

  f64(/** @type {number} */ value) {
    this.bytes.push(...new Uint8Array(new Float64Array([value]).buffer));
  }

  /** Limits of a number of characters or elements, if the plugin has such limits. */
  limits(/** @type {string} */ part, least = 0, most = ANY_COUNT) {
    if (this.unused.includes(part)) return;
    this.u32(least);
    this.u32(most);
  }

  /** The offset of a block of bytes, which is written once. */
  once(/** @type {number[]} */ block) {
    const key = block.join();
    const at = this.known.get(key) ?? this.bytes.length;
    if (!this.known.has(key)) {
      this.known.set(key, at);
      this.bytes.push(...block);
    }
    return at;
  }

  text(/** @type {string} */ text) {
    const bytes = Buffer.from(text);
    return this.once([bytes.length & 0xff, bytes.length >> 8, ...bytes]);
  }

  /** Writes what a node refers to, then the node. Returns its offset. */
  node(/** @type {Type} */ type, /** @type {Limits} */ limits) {
    const expectation = this.text(expectationOf(type, limits));
    const pattern = patternOf(limits);
    const refers = {
      pattern: pattern === undefined ? 0 : this.once([...compilePattern(pattern)]),
      of: "of" in type ? this.node(type.of, limits.of ?? {}) : 0,
      names: type.kind === "choice" ? type.members.map(({ name }) => this.text(name)) : [],
    };
    const node = new Table(this.unused);
    node.u8(KINDS.indexOf(type.kind === "integer" ? (type.signed ? "signed" : "unsigned") : type.kind));
    node.u8(Number(type.nullable) + (limits.uniqueItems ? 2 : 0));
    node.u16(expectation);
    if (type.kind === "integer") integerRange(type, limits).forEach((bound) => node.u64(bound));
    if (type.kind === "float") floatRange(type.bits, limits).forEach((bound) => node.f64(bound));
    if (type.kind === "text") {
      node.u16(refers.pattern);
      node.limits("LENGTHS", limits.minLength, limits.maxLength);
    }
    if (type.kind === "choice") {
      node.u16(type.members.length);
      type.members.forEach(({ value }, i) => {
        node.u16(/** @type {number} */ (refers.names[i]));
        node.u32(value);
      });
    }
    if (type.kind === "list" || type.kind === "dictionary") node.u16(refers.of);
    if (type.kind === "list") node.limits("COUNTS", limits.minItems, limits.maxItems);
    if (type.kind === "dictionary") node.limits("COUNTS", limits.minProperties, limits.maxProperties);
    if (type.kind === "instance") node.u16(type.index);
    return this.once(node.bytes);
  }
}

function patternOf(/** @type {Limits} */ { pattern, format }) {
  return format === undefined ? pattern : FORMATS[format];
}

/** The text after "expected " in a message. */
function expectationOf(/** @type {Type} */ type, /** @type {Limits} */ limits) {
  switch (type.kind) {
    case "anything":
      return "";
    case "bool":
      return "boolean";
    case "integer": {
      const [low, high] = integerRange(type, limits);
      return `integer from ${low} to ${high}`;
    }
    case "float":
      return floatText(limits);
    case "text": {
      const { minLength, maxLength, pattern, format } = limits;
      const length = countText(minLength, maxLength, "character");
      const parts = [format && `in the format ${format}`, pattern && `that matches ${pattern}`].filter(Boolean);
      return ["string", length && `of ${length}`, ...parts].filter(Boolean).join(" ");
    }
    case "choice":
      return type.members.map(({ name }) => `"${name}"`).join(" or ");
    case "list": {
      const count = countText(limits.minItems, limits.maxItems, "element");
      return count ? `array of ${count}` : "array";
    }
    case "dictionary": {
      const count = countText(limits.minProperties, limits.maxProperties, "member");
      return count ? `object of ${count}` : "object";
    }
    case "instance":
      return "object";
  }
}

function floatText(/** @type {Limits} */ { minimum, maximum, exclusiveMinimum, exclusiveMaximum }) {
  const low =
    exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : minimum !== undefined ? `from ${minimum}` : "";
  const high =
    exclusiveMaximum !== undefined ? `below ${exclusiveMaximum}` : maximum !== undefined ? `up to ${maximum}` : "";
  if (minimum !== undefined && maximum !== undefined && !exclusiveMinimum && !exclusiveMaximum)
    return `number from ${minimum} to ${maximum}`;
  if (low && high) return `number ${low} and ${high}`;
  return ["finite number", low || high].filter(Boolean).join(" ");
}

/** "1 to 20 characters", "at least 1 character"; "" without limits. */
function countText(
  /** @type {number | undefined} */ least,
  /** @type {number | undefined} */ most,
  /** @type {string} */ what,
) {
  const counted = (/** @type {number} */ count) => `${count} ${what}${count === 1 ? "" : "s"}`;
  if (least !== undefined && most !== undefined)
    return least === most ? counted(least) : `${least} to ${counted(most)}`;
  if (least !== undefined) return `at least ${counted(least)}`;
  return most === undefined ? "" : `at most ${counted(most)}`;
}

/**
 * The constants of assembly/config/table.ts that are false for these classes: no class has such a field.
 *
 * @param {ConfigClass[]} classes
 * @returns {string[]}
 */
export function unusedParts(classes) {
  const used = new Set();
  const visit = (/** @type {Type} */ type, /** @type {Limits} */ limits) => {
    if (type.kind === "integer") used.add(type.signed ? "SIGNED" : "UNSIGNED");
    else used.add(PARTS[type.kind]);
    if (limits.minLength !== undefined || limits.maxLength !== undefined) used.add("LENGTHS");
    if (patternOf(limits) !== undefined) used.add("PATTERNS");
    if (limits.uniqueItems) used.add("UNIQUES");
    const { minItems, maxItems, minProperties, maxProperties } = limits;
    if ([minItems, maxItems, minProperties, maxProperties].some((it) => it !== undefined)) used.add("COUNTS");
    if ("of" in type) visit(type.of, limits.of ?? {});
  };
  for (const { closed, fields } of classes) {
    if (closed) used.add("CLOSED_CLASSES");
    for (const { limits, required, type } of fields) {
      if (required) used.add("REQUIRED_FIELDS");
      visit(type, limits);
    }
  }
  const all = ["SIGNED", "UNSIGNED", ...Object.values(PARTS), "LENGTHS", "PATTERNS", "UNIQUES", "COUNTS"];
  return [...all, "CLOSED_CLASSES", "REQUIRED_FIELDS"].filter((part) => part && !used.has(part));
}

/** @type {Readonly<Record<string, string>>} */
const PARTS = {
  bool: "BOOLS",
  float: "FLOATS",
  text: "TEXTS",
  choice: "CHOICES",
  list: "LISTS",
  dictionary: "DICTIONARIES",
  instance: "INSTANCES",
};
