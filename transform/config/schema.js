// Writes the JSON Schema (2020-12) of a plugin's configuration.

import { floatRange, integerRange } from "./ranges.js";
import { NumberText } from "./values.js";

/** @typedef {import("./model.js").ConfigClass} ConfigClass */
/** @typedef {import("./model.js").Field} Field */
/** @typedef {import("./tags.js").Limits} Limits */
/** @typedef {import("./types.js").Type} Type */
/** @typedef {Record<string, unknown>} Schema */

const CONDITIONS = {
  _match_route_: "The names of the routes that get this rule.",
  _match_domain_: "The hosts that get this rule: a.com, *.example.com or www.*.",
  _match_service_: "The services behind the routes: bar.dns or bar.dns:80.",
  _match_route_prefix_: "The beginnings of the names of the routes that get this rule.",
};

const RULES = {
  _rules_: {
    description: "Configurations for some routes, domains or services.",
    type: "array",
    items: { $ref: "#/$defs/_rule_" },
  },
  _plugin_id_: { description: "The name of the plugin in the log." },
};
const ONLY_RULES = { type: "object", required: ["_rules_"], propertyNames: { enum: Object.keys(RULES) } };

/**
 * The schemas of a plugin's configuration.
 *
 * @param {ConfigClass[]} classes
 * @param {number} root the index of the plugin's configuration
 * @param {boolean} inherits rules have the values of the global configuration
 * @returns {{ plugin: string, wasmPlugin: string, console: string }} JSON texts: the schema of the configuration; that
 * of a WasmPlugin resource, which refers to the first; `configSchema` and `routeConfigSchema` of Higress's console
 */
export function writeSchemas(classes, root, inherits) {
  const own = /** @type {ConfigClass} */ (classes[root]);
  const names = uniqueNames(classes);
  const ref = (/** @type {number} */ index) => ({ $ref: `#/$defs/${names[index]}` });
  const defs = Object.fromEntries(
    [...reachable(classes, root)].map((i) => [names[i], objectSchema(/** @type {ConfigClass} */ (classes[i]), ref)]),
  );
  const { required, ...optional } = objectSchema(own, ref);
  const ofRule = inherits && required ? "_rule_config_" : /** @type {string} */ (names[root]);
  if (inherits && required) defs[ofRule] = optional;
  // A closed class allows no keys beside its own, so its fields are repeated together with the keys.
  const withKeys = (/** @type {string} */ name, /** @type {Schema} */ keys) => {
    const schema = /** @type {Schema} */ (defs[name]);
    return own.closed
      ? { ...schema, properties: { .../** @type {Schema} */ (schema.properties), ...keys } }
      : { $ref: `#/$defs/${name}`, type: "object", properties: keys };
  };
  const rule = {
    ...withKeys(ofRule, conditions()),
    anyOf: Object.keys(CONDITIONS).map((name) => ({ type: "object", required: [name] })),
  };
  // There must be a rule if there is nothing else. It inherits nothing.
  const items = inherits && required ? { items: { type: "object", required } } : {};
  const ownRules = { type: "array", minItems: 1, ...items };
  const alone = { if: ONLY_RULES, then: { type: "object", properties: { _rules_: ownRules } } };
  const whole = withKeys(/** @type {string} */ (names[root]), RULES);
  const plugin = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ...described(own.description, own.tags),
    // A configuration that has only rules has no global part, in which fields could be required.
    ...(required
      ? { type: "object", properties: RULES, ...alone, else: own.closed ? whole : { $ref: `#/$defs/${names[root]}` } }
      : { ...whole, ...alone }),
    $defs: { ...defs, _rule_: rule },
  };
  const console = consoleSchemas(classes, root, inherits);
  return { plugin: text(plugin), wasmPlugin: text(wasmPlugin(ofRule)), console: text(console) };
}

function conditions() {
  const entries = Object.entries(CONDITIONS);
  return Object.fromEntries(
    entries.map(([name, description]) => [
      name,
      { description, type: "array", items: { type: "string", minLength: 1 }, minItems: 1 },
    ]),
  );
}

/**
 * The schema of a WasmPlugin resource of Higress or Istio. It stands beside the schema of the plugin.
 *
 * @param {string} ofRule the name of the schema of a rule's configuration
 */
function wasmPlugin(ofRule) {
  const config = { $ref: "plugin.schema.json" };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "WasmPlugin",
    type: "object",
    properties: {
      kind: { const: "WasmPlugin" },
      spec: {
        type: "object",
        properties: {
          defaultConfig: config,
          pluginConfig: config,
          matchRules: {
            type: "array",
            items: { type: "object", properties: { config: { $ref: `plugin.schema.json#/$defs/${ofRule}` } } },
          },
        },
      },
    },
  };
}

/** The names of the classes in the schema. Classes of several files may have the same name. */
function uniqueNames(/** @type {ConfigClass[]} */ classes) {
  return classes.map(({ name }, i) => {
    const before = classes.slice(0, i).filter((other) => other.name === name).length;
    return before === 0 ? name : `${name}${before + 1}`;
  });
}

/** The configuration, and the classes that it refers to. */
function reachable(/** @type {ConfigClass[]} */ classes, /** @type {number} */ root) {
  /** @type {Set<number>} */
  const found = new Set();
  const visit = (/** @type {Type} */ type) => {
    if ("of" in type) visit(type.of);
    if (type.kind !== "instance" || found.has(type.index)) return;
    found.add(type.index);
    classes[type.index]?.fields.forEach((field) => visit(field.type));
  };
  visit({ kind: "instance", nullable: false, index: root });
  return found;
}

/** @returns {Schema} */
function objectSchema(
  /** @type {ConfigClass} */ { closed, description, fields, tags },
  /** @type {(i: number) => Schema} */ ref,
) {
  const required = fields.filter((field) => field.required).map(({ key }) => key);
  return {
    ...described(description, tags),
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [field.key, fieldSchema(field, ref)])),
    ...(required.length > 0 ? { required } : {}),
    ...(closed ? { additionalProperties: false } : {}),
  };
}

/** @returns {Schema} */
function fieldSchema(/** @type {Field} */ field, /** @type {(i: number) => Schema} */ ref) {
  const { description, initial, limits, required, tags, type } = field;
  // As the parser, the schema takes null for an absent field.
  const schema = typeSchema({ ...type, nullable: type.nullable || !required }, limits, ref);
  const tag = (/** @type {string} */ name) => tags.find((it) => it.name === name)?.text;
  const fallback = tag("default") === undefined ? initial : parsed(tag("default"));
  const examples = tags.filter((it) => it.name === "examples").map((it) => parsed(it.text));
  return {
    ...described(description, tags),
    ...schema,
    ...(fallback === undefined || required ? {} : { default: fallback }),
    ...(examples.length > 0
      ? { examples: examples.length === 1 && Array.isArray(examples[0]) ? examples[0] : examples }
      : {}),
    ...(tag("deprecated") === undefined ? {} : { deprecated: true }),
  };
}

/** @returns {Schema} */
function described(/** @type {string} */ description, /** @type {import("./model.js").Tags} */ tags) {
  const title = tags.find(({ name }) => name === "title")?.text;
  return { ...(title ? { title } : {}), ...(description ? { description } : {}) };
}

/** The value in a tag: JSON, or a text. */
function parsed(/** @type {string | undefined} */ text = "") {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @returns {Schema} */
function typeSchema(/** @type {Type} */ type, /** @type {Limits} */ limits, /** @type {(i: number) => Schema} */ ref) {
  const of = () => ("of" in type ? typeSchema(type.of, limits.of ?? {}, ref) : {});
  const named = (/** @type {string} */ name) => ({ type: type.nullable ? [name, "null"] : name });
  const kept = (/** @type {(keyof Limits)[]} */ ...names) =>
    Object.fromEntries(names.filter((name) => limits[name] !== undefined).map((name) => [name, limits[name]]));
  switch (type.kind) {
    case "anything":
      return {};
    case "bool":
      return named("boolean");
    case "integer": {
      const [low, high] = integerRange(type, limits);
      return { ...named("integer"), minimum: new NumberText(String(low)), maximum: new NumberText(String(high)) };
    }
    case "float": {
      const [low, high] = floatRange(type.bits, {});
      const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = limits;
      const isSingle = type.bits === 32;
      const bounds = {
        minimum: isSingle && Number(minimum ?? -Infinity) < low ? String(low) : minimum,
        maximum: isSingle && Number(maximum ?? Infinity) > high ? String(high) : maximum,
        ...{ exclusiveMinimum, exclusiveMaximum },
      };
      const entries = Object.entries(bounds).filter(([, value]) => value !== undefined);
      const numbers = entries.map(([name, value]) => [name, new NumberText(/** @type {string} */ (value))]);
      return { ...named("number"), ...Object.fromEntries(numbers) };
    }
    case "text":
      return { ...named("string"), ...kept("minLength", "maxLength", "pattern", "format") };
    case "choice":
      return { enum: [...type.members.map(({ name }) => name), ...(type.nullable ? [null] : [])] };
    case "list":
      return { ...named("array"), items: of(), ...kept("minItems", "maxItems", "uniqueItems") };
    case "dictionary":
      return { ...named("object"), additionalProperties: of(), ...kept("minProperties", "maxProperties") };
    case "instance":
      return type.nullable ? { anyOf: [ref(type.index), { type: "null" }] } : ref(type.index);
  }
}

/**
 * The schemas for Higress's console, which draws a form from them: OpenAPI 3 without references and without null, with
 * titles in other languages and the scope of each field.
 */
function consoleSchemas(
  /** @type {ConfigClass[]} */ classes,
  /** @type {number} */ root,
  /** @type {boolean} */ inherits,
) {
  const schemaOf = (
    /** @type {number} */ index,
    /** @type {number[]} */ outer,
    /** @type {string | undefined} */ scope,
  ) => {
    const it = /** @type {ConfigClass} */ (classes[index]);
    const isCircular = outer.includes(index);
    const ref = (/** @type {number} */ inner) => schemaOf(inner, [...outer, index], undefined);
    const fields = isCircular
      ? []
      : it.fields.filter(({ tags }) => {
          const own = tags.find(({ name }) => name === "scope")?.text;
          return scope === undefined || own === undefined || own === scope;
        });
    const form = fields.map((field) => [
      field.key,
      { ...translated(field.tags), ...withoutNull(fieldSchema(field, ref)) },
    ]);
    const required = fields.filter((field) => field.required && !(scope === "INSTANCE" && inherits));
    return {
      ...described(it.description, it.tags),
      type: "object",
      properties: Object.fromEntries(form),
      ...(required.length > 0 ? { required: required.map(({ key }) => key) } : {}),
    };
  };
  return { configSchema: schemaOf(root, [], "GLOBAL"), routeConfigSchema: schemaOf(root, [], "INSTANCE") };
}

/** The tags of a field that only Higress's console knows. */
function translated(/** @type {import("./model.js").Tags} */ tags) {
  /** @type {Record<string, any>} */
  const result = {};
  for (const { name, text } of tags) {
    const [, language, translation] = /^([\w-]+)\s+([^]+)$/.exec(text) ?? [];
    if (/^x-(title|description)-i18n$/.test(name) && language && translation)
      (result[name] ??= {})[language] = translation;
    // The console's own plugins say "scope".
    if (name === "scope") Object.assign(result, { scope: text, "x-scope": text });
  }
  return result;
}

/** The schema without null, which a form has no field for. */
function withoutNull(/** @type {any} */ schema) {
  const { anyOf, default: fallback, ...rest } = schema;
  const plain = anyOf ? { ...anyOf[0], ...rest } : { ...rest };
  if (fallback !== undefined && fallback !== null) plain.default = fallback;
  if (Array.isArray(plain.type)) plain.type = plain.type[0];
  if (plain.enum)
    Object.assign(plain, { type: "string", enum: plain.enum.filter((/** @type {unknown} */ it) => it !== null) });
  for (const name of ["items", "additionalProperties"]) {
    if (typeof plain[name] === "object") plain[name] = withoutNull(plain[name]);
  }
  return plain;
}

/** The JSON text of a schema. Numbers are as they were written. */
function text(/** @type {unknown} */ value) {
  return `${print(value, "\n")}\n`;
}

function print(/** @type {unknown} */ value, /** @type {string} */ line) {
  if (value instanceof NumberText) return value.text;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = `${line}  `;
  const isList = Array.isArray(value);
  /** @type {string[]} */
  const parts = isList
    ? value.map((it) => print(it, inner))
    : Object.entries(value).map(([name, it]) => `${JSON.stringify(name)}: ${print(it, inner)}`);
  if (isList && parts.every((part) => !part.includes("\n")) && parts.join(", ").length < 80)
    return `[${parts.join(", ")}]`;
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  return parts.length === 0 ? open + close : `${open}${inner}${parts.join(`,${inner}`)}${line}${close}`;
}
