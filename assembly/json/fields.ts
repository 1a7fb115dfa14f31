import { Children } from "./children";
import { stringText } from "./convert";
import { readFloat } from "./float";
import { Json } from "./json";
import { integerText } from "../abi/decimal";
import { Decimal } from "./number";
import { floatText } from "./print";
import { sameText } from "./text";

/** The first error in a tree of Fields. */
class FirstError {
  error: Error | null = null;
}

/**
 * The strict reader of a JSON object. Each method gives the value of one field, or the default when the field is absent or
 * null. A field of the wrong type, out of range, or there twice gives the default too and is an error; the first one in the
 * whole tree is kept. Fields that nobody asks for are not looked at.
 *
 * @example
 * const fields = json.fields().required("name");
 * config.name = fields.string("name");
 * config.burst = fields.object("limit").i32("burst", 10, 1, 100);
 * return fields.error; // limit.burst: expected integer from 1 to 100, got 0
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

  /** The first error of this object, of those it was read from and of those read from it; null if there is none. */
  get error(): Error | null {
    return this.first.error;
  }

  /**
   * Reports an error of your own; it is kept if it is the first.
   *
   * @param name The field; "" for the object itself.
   * @param message What is wrong.
   * @example
   * if (min > max) fields.fail("min", "must not be above max");
   */
  fail(name: string, message: string): void {
    if (this.first.error) return;
    const path = this.pathOf(name);
    this.first.error = new Error(path.length != 0 ? path + ": " + message : message);
  }

  /** Whether the field is there and not null. */
  has(name: string): bool {
    return isPresent(this.source.at(name));
  }

  /**
   * Makes it an error if the field is absent or null.
   *
   * @param name The field.
   * @returns This object, so that reading can go on: `fields.required("name").string("name")`.
   */
  required(name: string): Fields {
    if (!this.has(name)) this.fail(name, "required, but absent");
    return this;
  }

  /** The field as it is, null included; a missing value if it is absent or there twice. */
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
   * A text.
   *
   * @param name The field.
   * @param def The default.
   */
  string(name: string, def: string = ""): string {
    const value = this.json(name);
    return this.check(name, value, value.isString(), "string") ? stringText(value) : def;
  }

  /**
   * One of some texts; any other is an error.
   *
   * @param name The field.
   * @param def The default; it need not be allowed.
   * @param allowed The texts, compared exactly.
   * @example
   * fields.oneOf("mode", "strict", ["strict", "lenient"]);
   */
  oneOf(name: string, def: string, allowed: string[]): string {
    const value = this.json(name);
    if (!this.check(name, value, value.isString(), "string")) return def;
    const text = stringText(value);
    if (allowed.includes(text)) return text;
    this.wrong(name, '"' + allowed.join('" or "') + '"', shown(value));
    return def;
  }

  /**
   * true or false.
   *
   * @param name The field.
   * @param def The default.
   */
  bool(name: string, def: bool = false): bool {
    const value = this.json(name);
    return this.check(name, value, value.isBool(), "boolean") ? value.first == 0x74 : def;
  }

  /**
   * An integer, in any notation: `1e2` and `100.0` are 100 (Kubernetes writes large numbers like that), `1.5` is an error.
   *
   * @param name The field.
   * @param def The default; it need not be in the range.
   * @param min The smallest value allowed.
   * @param max The largest value allowed.
   */
  i32(name: string, def: i32 = 0, min: i32 = i32.MIN_VALUE, max: i32 = i32.MAX_VALUE): i32 {
    return <i32>this.i64(name, def, min, max);
  }

  /** As `i32`, exactly for the whole range of i64. */
  i64(name: string, def: i64 = 0, min: i64 = i64.MIN_VALUE, max: i64 = i64.MAX_VALUE): i64 {
    const value = this.json(name);
    if (!this.check(name, value, value.isNumber(), "integer")) return def;
    const decimal = new Decimal(value.start, value.end);
    if (decimal.isInteger()) {
      const number = decimal.integer();
      if (number >= min && number <= max) return number;
    }
    this.wrong(name, "integer from " + integerText(min) + " to " + integerText(max), shown(value));
    return def;
  }

  /**
   * A number. One that no f64 can hold, such as `1e400`, is an error.
   *
   * @param name The field.
   * @param def The default; it need not be in the range.
   * @param min The smallest value allowed.
   * @param max The largest value allowed.
   */
  f64(name: string, def: f64 = 0, min: f64 = -f64.MAX_VALUE, max: f64 = f64.MAX_VALUE): f64 {
    const value = this.json(name);
    if (!this.check(name, value, value.isNumber(), "number")) return def;
    const number = readFloat(new Decimal(value.start, value.end));
    if (isFinite(number) && number >= min && number <= max) return number;
    let range = "finite number";
    if (min > -f64.MAX_VALUE) range += " from " + floatText(min);
    if (max < f64.MAX_VALUE) range += " up to " + floatText(max);
    this.wrong(name, range, shown(value));
    return def;
  }

  /** An array of texts; [] if absent. An element of another type, null too, is an error and left out. */
  strings(name: string): string[] {
    const list: string[] = [];
    const elements = this.elements(name);
    for (let i = 0; i < elements.length; i++) {
      const value = elements[i];
      if (value.isString()) list.push(stringText(value));
      else this.wrong(elementOf(name, i), "string", value.typeName());
    }
    return list;
  }

  /** An object; one without fields if absent. Its errors are errors here. */
  object(name: string): Fields {
    const value = this.json(name);
    const usable = this.check(name, value, value.isObject(), "object");
    return new Fields(usable ? value : Json.missing(), this.pathOf(name), this.first);
  }

  /** An array of objects; [] if absent. An element of another type, null too, is an error and has no fields. */
  array(name: string): Fields[] {
    const list: Fields[] = [];
    const elements = this.elements(name);
    for (let i = 0; i < elements.length; i++) {
      const value = elements[i];
      const element = elementOf(name, i);
      if (!value.isObject()) this.wrong(element, "object", value.typeName());
      list.push(new Fields(value, this.pathOf(element), this.first));
    }
    return list;
  }

  private elements(name: string): Json[] {
    const value = this.json(name);
    return this.check(name, value, value.isArray(), "array") ? value.array() : [];
  }

  /** Returns `ok`. If it is false and there is a value, that is an error. */
  private check(name: string, value: Json, ok: bool, expected: string): bool {
    if (!ok && isPresent(value)) this.wrong(name, expected, value.typeName());
    return ok;
  }

  private wrong(name: string, expected: string, got: string): void {
    this.fail(name, mismatch(expected, got));
  }

  private pathOf(name: string): string {
    return this.path.length != 0 && name.length != 0 ? this.path + "." + name : this.path + name;
  }
}

/** What is wrong with a value that is another than it should be. */
export function mismatch(expected: string, got: string): string {
  return "expected " + expected + ", got " + got;
}

function isPresent(value: Json): bool {
  return value.exists() && !value.isNull();
}

function elementOf(name: string, index: i32): string {
  return name + "[" + integerText(index) + "]";
}

/** The value as it is written, cut where it is long. */
function shown(value: Json): string {
  let end = value.start + SHOWN;
  if (end >= value.end) return value.raw();
  // Not inside a character.
  while ((load<u8>(end) & 0xc0) == 0x80 && end > value.start) end--;
  return value.slice(value.start, end).raw() + "…";
}

/** How many bytes of a refused value an error message shows. */
const SHOWN: usize = 40;
