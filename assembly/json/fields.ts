import { Children } from "./children";
import { stringText } from "./convert";
import { readFloat } from "./float";
import { Json } from "./json";
import { integerText } from "../abi/decimal";
import { Decimal } from "./number";
import { floatText } from "./print";
import { mismatch, shownValue } from "./shown";
import { sameText } from "./text";

/** The first error of a tree of Fields. All objects of the tree share it. */
class FirstError {
  error: Error | null = null;
}

/**
 * The strict reader of a JSON object. Each method returns the value of one field, or the default if the field is absent or
 * null. A field that has the wrong type, is out of range, or occurs twice is an error, and the method returns the
 * default. The first error of the whole tree is kept in `error`. Fields that are not read are not checked.
 *
 * @example
 * ```ts
 * function parseLimit(json: Json, config: Config, log: Log): Error | null {
 *   const fields = json.fields().required("name");
 *   config.name = fields.string("name");
 *   config.burst = fields.object("limit").i32("burst", 10, 1, 100);
 *   return fields.error; // limit.burst: expected integer from 1 to 100, got 0
 * }
 * ```
 */
export class Fields {
  private constructor(
    private source: Json,
    private path: string,
    private first: FirstError,
  ) {}

  /** @internal Not for plugins, they use `json.fields()`. */
  static of(json: Json): Fields {
    const fields = new Fields(json, "", new FirstError());
    fields.first.error = json.error;
    fields.check("", json, json.isObject(), "object");
    return fields;
  }

  /** The first error in this object, its parents and its children; null if there is no error. */
  get error(): Error | null {
    return this.first.error;
  }

  /**
   * Adds an error. It is kept if it is the first.
   *
   * @param name The field; "" for the object itself.
   * @param message The description of the error.
   * @example
   * ```ts
   * const fields = json.fields();
   * const min = fields.i32("min");
   * if (min > fields.i32("max")) fields.fail("min", "must not be above max");
   * ```
   */
  fail(name: string, message: string): void {
    if (this.first.error) return;
    const path = this.pathOf(name);
    this.first.error = new Error(path.length != 0 ? path + ": " + message : message);
  }

  /** Whether the field exists and is not null. */
  has(name: string): bool {
    return isPresent(this.source.at(name));
  }

  /**
   * Adds an error if the field is absent or null.
   *
   * @param name The field.
   * @returns This object, for chaining: `fields.required("name").string("name")`.
   */
  required(name: string): Fields {
    if (!this.has(name)) this.fail(name, "required, but absent");
    return this;
  }

  /** Returns the field as it is, also null; a missing value if it is absent or occurs twice. */
  json(name: string): Json {
    let found: Json | null = null;
    if (this.source.isObject()) {
      const children = new Children(this.source);
      while (children.next()) {
        if (!sameText(children.keyStart, children.keyEnd, name)) continue;
        if (found) {
          this.fail(name, "duplicate key");
          return Json.missing();
        }
        found = children.value();
      }
    }
    return found ? found : Json.missing();
  }

  /**
   * Returns a string.
   *
   * @param name The field.
   * @param def The default.
   */
  string(name: string, def: string = ""): string {
    const value = this.json(name);
    return this.check(name, value, value.isString(), "string") ? stringText(value) : def;
  }

  /**
   * Returns a string that must be one of the allowed strings. Any other string is an error.
   *
   * @param name The field.
   * @param def The default, which may be outside `allowed`.
   * @param allowed The allowed strings, compared exactly.
   * @example
   * ```ts
   * config.name = json.fields().oneOf("mode", "strict", ["strict", "lenient"]);
   * ```
   */
  oneOf(name: string, def: string, allowed: string[]): string {
    const value = this.json(name);
    if (!isPresent(value)) return def;
    if (value.isString()) {
      const text = stringText(value);
      if (allowed.includes(text)) return text;
    }
    this.wrong(name, '"' + allowed.join('" or "') + '"', shownValue(value));
    return def;
  }

  /**
   * Returns a boolean.
   *
   * @param name The field.
   * @param def The default.
   */
  bool(name: string, def: bool = false): bool {
    const value = this.json(name);
    return this.check(name, value, value.isBool(), "boolean") ? value.first == 0x74 : def;
  }

  /**
   * Returns an integer, written in any notation: `1e2` and `100.0` are 100 (Kubernetes writes large numbers like that).
   * `1.5` is an error.
   *
   * @param name The field.
   * @param def The default, which may be outside the range.
   * @param min The smallest value allowed.
   * @param max The largest value allowed.
   */
  i32(name: string, def: i32 = 0, min: i32 = i32.MIN_VALUE, max: i32 = i32.MAX_VALUE): i32 {
    return <i32>this.i64(name, def, min, max);
  }

  /** As `i32`, for the whole range of i64 without rounding. */
  i64(name: string, def: i64 = 0, min: i64 = i64.MIN_VALUE, max: i64 = i64.MAX_VALUE): i64 {
    const value = this.json(name);
    if (!isPresent(value)) return def;
    if (value.isNumber()) {
      const decimal = new Decimal(value.start, value.end);
      if (decimal.isInteger()) {
        const number = decimal.integer();
        if (number >= min && number <= max) return number;
      }
    }
    this.wrong(name, "integer from " + integerText(min) + " to " + integerText(max), shownValue(value));
    return def;
  }

  /**
   * Returns a number. A number outside the range of f64, such as `1e400`, is an error.
   *
   * @param name The field.
   * @param def The default, which may be outside the range.
   * @param min The smallest value allowed.
   * @param max The largest value allowed.
   */
  f64(name: string, def: f64 = 0, min: f64 = -f64.MAX_VALUE, max: f64 = f64.MAX_VALUE): f64 {
    const value = this.json(name);
    if (!isPresent(value)) return def;
    if (value.isNumber()) {
      const number = readFloat(new Decimal(value.start, value.end));
      if (isFinite(number) && number >= min && number <= max) return number;
    }
    const from = min > -f64.MAX_VALUE ? " from " + floatText(min) : "";
    const upTo = max < f64.MAX_VALUE ? " up to " + floatText(max) : "";
    const both = from.length != 0 && upTo.length != 0;
    this.wrong(
      name,
      both ? "number" + from + " to " + floatText(max) : "finite number" + from + upTo,
      shownValue(value),
    );
    return def;
  }

  /** Returns an array of strings; [] if absent. An element of another type, also null, is an error and is left out. */
  strings(name: string): string[] {
    const list: string[] = [];
    const elements = this.elements(name);
    for (let i = 0; i < elements.length; i++) {
      const value = elements[i];
      if (value.isString()) list.push(stringText(value));
      else this.wrong(elementOf(name, i), "string", shownValue(value));
    }
    return list;
  }

  /** Returns an object; an object without fields if absent. Errors in it are errors of the whole tree. */
  object(name: string): Fields {
    const value = this.json(name);
    const usable = this.check(name, value, value.isObject(), "object");
    return new Fields(usable ? value : Json.missing(), this.pathOf(name), this.first);
  }

  /** Returns an array of objects; [] if absent. An element of another type, also null, is an error and has no fields. */
  array(name: string): Fields[] {
    const list: Fields[] = [];
    const elements = this.elements(name);
    for (let i = 0; i < elements.length; i++) {
      const value = elements[i];
      const element = elementOf(name, i);
      if (!value.isObject()) this.wrong(element, "object", shownValue(value));
      list.push(new Fields(value, this.pathOf(element), this.first));
    }
    return list;
  }

  private elements(name: string): Json[] {
    const value = this.json(name);
    return this.check(name, value, value.isArray(), "array") ? value.array() : [];
  }

  /** Returns `ok`. If `ok` is false although the value is present, adds an error. */
  private check(name: string, value: Json, ok: bool, expected: string): bool {
    if (!ok && isPresent(value)) this.wrong(name, expected, shownValue(value));
    return ok;
  }

  private wrong(name: string, expected: string, got: string): void {
    this.fail(name, mismatch(expected, got));
  }

  private pathOf(name: string): string {
    return this.path.length != 0 && name.length != 0 ? this.path + "." + name : this.path + name;
  }
}

function isPresent(value: Json): bool {
  return value.exists() && !value.isNull();
}

function elementOf(name: string, index: i32): string {
  return name + "[" + integerText(index) + "]";
}
