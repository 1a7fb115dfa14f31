// The model of the configuration classes, from which the descriptors and the schema are written.

import { docOf } from "./comments.js";
import { floatRange, integerRange } from "./ranges.js";
import { report } from "../report.js";
import { CLASS_TAGS, FIELD_TAGS, limitsOf } from "./tags.js";
import { Types, Unsupported } from "./types.js";
import { valueOf } from "./values.js";

// Members of asc's NodeKind and CommonFlags.
const METHOD = 59;
const READONLY = 64;
const ABSTRACT = 128;

/** @typedef {import("./mark.js").Marked} Marked */
/** @typedef {import("./types.js").Type} Type */
/** @typedef {{ name: string, text: string }[]} Tags */

/**
 * @typedef {object} Field
 * @property {string} key the name in the configuration
 * @property {Type} type
 * @property {import("./tags.js").Limits} limits
 * @property {boolean} required
 * @property {unknown} initial the value of the initializer; undefined if it is not constant
 * @property {string} description
 * @property {Tags} tags
 *
 * @typedef {object} ConfigClass
 * @property {string} name
 * @property {string} description
 * @property {Tags} tags
 * @property {boolean} closed no other fields are allowed
 * @property {Field[]} fields those of the base class first
 */

/**
 * Builds the model, and reports what is wrong with the classes as errors of the build.
 *
 * @param {any} program asc's program, with all elements
 * @param {Marked[]} marked
 * @returns {ConfigClass[]} in the order of `marked`
 */
export function buildModel(program, marked) {
  const indexes = new Map(marked.map(({ node }, i) => [node, i]));
  const membersOf = enumReader(program);
  const types = new Types(program, indexes, membersOf);
  const own = marked.map(({ node, mark, fields, docs }) => {
    const prototype = program.elementsByDeclaration.get(node);
    if (node.typeParameters?.length) report(program, node.name, "@config: a configuration class cannot be generic");
    if (node.flags & ABSTRACT) report(program, node.name, "@config: a configuration class cannot be abstract");
    if (mark.args?.length) report(program, mark, "@config takes no arguments: write @config");
    const base = prototype?.basePrototype?.declaration;
    if (base && !indexes.has(base)) {
      report(program, node.extendsType, `${base.name.text} is not marked with @config: its fields would not be read`);
    }
    checkMethods(program, node);
    const { tags, description } = docs.get(node) ?? { tags: [], description: "" };
    const wrong = tags.find(({ name, text }) => name === "additionalProperties" && !/^(true|false)$/.test(text));
    if (wrong) report(program, node.name, `@additionalProperties: expected true or false, got "${wrong.text}"`);
    attempt(program, node.name, () => limitsOf(tags, { kind: "instance", nullable: false, index: 0 }, CLASS_TAGS));
    return {
      ...{ name: node.name.text, description, tags, base: indexes.get(base) },
      closed: tags.some(({ name, text }) => name === "additionalProperties" && text === "false"),
      fields: fields.flatMap((field) => readField(field, docs.get(field)) ?? []),
    };

    /** @returns {Field | undefined} */
    function readField(/** @type {any} */ field, /** @type {any} */ doc) {
      if (field.flags & READONLY) {
        return void report(program, field.name, `${field.name.text} is readonly, so the configuration cannot set it`);
      }
      if (!field.type) return void report(program, field.name, `${field.name.text} needs a type, such as i32`);
      const type = attempt(program, field.type, () => types.of(field.type, prototype));
      if (!type) return undefined;
      const limits = attempt(program, field.name, () => limitsOf(doc.tags, type, FIELD_TAGS));
      if (!limits) return undefined;
      attempt(program, field.name, () => checkRanges(type, limits));
      const scope = doc.tags.find((/** @type {any} */ { name }) => name === "scope")?.text;
      if (scope !== undefined && scope !== "GLOBAL" && scope !== "INSTANCE")
        report(program, field.name, `@scope: expected GLOBAL or INSTANCE, got "${scope}"`);
      const key = doc.tags.find((/** @type {any} */ { name }) => name === "name")?.text ?? field.name.text;
      if (key === "" || Buffer.byteLength(key) > 255)
        report(program, field.name, "@name: expected a name of up to 255 bytes");
      const initial = valueOf(field.initializer, prototype, membersOf);
      const required = doc.tags.some((/** @type {any} */ { name }) => name === "required");
      return { key, type, limits, required, initial, description: doc.description, tags: doc.tags };
    }
  });

  /** @returns {Field[]} */
  const all = (/** @type {number} */ index) => {
    const it = own[index];
    return it ? [...(it.base === undefined ? [] : all(it.base)), ...it.fields] : [];
  };
  return own.map(({ name, description, tags, closed }, index) => {
    const fields = all(index);
    const twice = fields.find(({ key }, i) => fields.findIndex((other) => other.key === key) !== i);
    if (twice) report(program, marked[index]?.node.name, `two fields have the name "${twice.key}"`);
    return { name, description, tags, closed, fields };
  });
}

/** Throws if no number is in the range that the tags demand. */
function checkRanges(/** @type {Type} */ type, /** @type {import("./tags.js").Limits} */ limits) {
  const range =
    type.kind === "integer"
      ? integerRange(type, limits)
      : type.kind === "float"
        ? floatRange(type.bits, limits)
        : [0, 0];
  if (range[0] > range[1]) throw new Error(`no value is allowed: the smallest is ${range[0]}, the largest ${range[1]}`);
  if (limits.format !== undefined && limits.pattern !== undefined)
    throw new Error("@format and @pattern: use one of the two");
  if ("of" in type && limits.of) checkRanges(type.of, limits.of);
}

/** Reports the error of a function at a node. */
function attempt(/** @type {any} */ program, /** @type {any} */ node, /** @type {() => any} */ run) {
  try {
    return run();
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    if (!(error instanceof Unsupported)) return void report(program, node, message);
    const expected =
      "a number, bool, string, enum, Json, a class marked with @config, or an array or Map<string, …> of these";
    report(program, node, `a configuration cannot have ${message}; expected ${expected}; @ignore leaves the field out`);
  }
}

function checkMethods(/** @type {any} */ program, /** @type {any} */ node) {
  const made = node.members.find((/** @type {any} */ it) => it.kind === METHOD && it.name.text === "constructor");
  if (made?.signature.parameters.length > 0) {
    report(program, made.name, "@config: the SDK makes the objects, so the constructor must have no parameters");
  }
  const method = node.members.find((/** @type {any} */ it) => it.kind === METHOD && it.name.text === "validate");
  if (!method) return;
  const { parameters, returnType } = method.signature;
  const isRight = returnType.name?.identifier.text === "Error" && returnType.isNullable;
  if (parameters.length > 0 || !isRight) report(program, method.name, "validate: expected validate(): Error | null");
}

/** Returns a function that reads the members of an enum, and reports what is wrong with them, once. */
function enumReader(/** @type {any} */ program) {
  /** @type {Map<any, import("./types.js").Member[]>} */
  const known = new Map();
  return (/** @type {any} */ declaration) => {
    const earlier = known.get(declaration);
    if (earlier) return earlier;
    let next = 0;
    let end = declaration.name.range.end;
    const members = declaration.values.map((/** @type {any} */ node) => {
      const { initializer, name, range } = node;
      if (initializer) {
        const text = range.source.text.slice(initializer.range.start, initializer.range.end).replaceAll("_", "");
        if (/^-?(\d+|0[xob][\da-f]+)$/i.test(text)) next = Number(text);
        else
          report(program, initializer, "the value of an enum's member in a configuration must be an integer literal");
      }
      const { tags } = docOf(node, end);
      end = range.end;
      const tag = tags.find((it) => it.name === "value");
      return { name: tag?.text ?? name.text, value: next++ };
    });
    known.set(declaration, members);
    const names = members.map((/** @type {any} */ it) => it.name);
    const twice = names.find((/** @type {any} */ it, /** @type {number} */ i) => names.indexOf(it) !== i);
    if (twice !== undefined) report(program, declaration.name, `two members have the value "${twice}"`);
    return members;
  };
}
