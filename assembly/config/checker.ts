import { integerText } from "../abi/decimal";
import { decodeUtf8 } from "../abi/utf8";
import { Json } from "../json";
import { Byte } from "../json/byte";
import { Children } from "../json/children";
import { stringText } from "../json/convert";
import { readFloat } from "../json/float";
import { floatText } from "../json/print";
import { mismatch, shownValue } from "../json/shown";
import { Decimal } from "../json/number";
import { readText } from "../json/text";
import {
  classAt,
  classFlags,
  CLOSED,
  fieldAt,
  fieldCount,
  fieldFlags,
  follow,
  Kind,
  nodeOf,
  NULLABLE,
  REQUIRED,
  restOf,
  textAt,
  UNIQUE,
} from "./descriptor";
import { matchesPattern } from "./pattern";
import { Place, Problems } from "./problems";
import {
  BOOLS,
  CHOICES,
  CLOSED_CLASSES,
  COUNTS,
  DICTIONARIES,
  FLOATS,
  INSTANCES,
  LENGTHS,
  LISTS,
  PATTERNS,
  REQUIRED_FIELDS,
  SIGNED,
  TEXTS,
  UNIQUES,
  UNSIGNED,
} from "./table";

/** Whether a key of a configuration belongs to the SDK. */
function isOwn(key: string): bool {
  return (
    key == "_rules_" ||
    key == "_plugin_id_" ||
    key == "_match_route_" ||
    key == "_match_domain_" ||
    key == "_match_service_" ||
    key == "_match_route_prefix_"
  );
}

/** Compares a configuration with the descriptors of its classes, and reports each difference. */
export class Checker {
  /** @param inherits The fields of the outermost object may be absent although they are required. */
  constructor(
    private problems: Problems,
    private inherits: bool,
  ) {}

  /** Checks a value against the node at an address. */
  value(value: Json, node: usize, place: Place): void {
    const kind = load<u8>(node);
    if (kind == Kind.Anything || (value.isNull() && isPresent(node))) return;
    let ok: bool = false;
    const rest = restOf(node);
    if (BOOLS && kind == Kind.Bool) ok = value.isBool();
    else if ((SIGNED || UNSIGNED) && (kind == Kind.Signed || kind == Kind.Unsigned)) ok = isInteger(value, kind, rest);
    else if (FLOATS && kind == Kind.Float) ok = isFloat(value, rest);
    else if (TEXTS && kind == Kind.Text) ok = value.isString() && isText(value, rest);
    else if (CHOICES && kind == Kind.Choice) ok = value.isString() && choice(value, node) != 0;
    else if ((LISTS && kind == Kind.List) || (DICTIONARIES && kind == Kind.Dictionary)) {
      if (kind == Kind.List ? value.isArray() : value.isObject()) return this.elements(value, node, place);
    } else if (INSTANCES && kind == Kind.Instance) {
      return this.instance(value, classAt(load<u16>(rest)), place);
    }
    if (!ok) this.problems.wrong(place, node + 2, value);
  }

  /** Checks an object against the class at an address. */
  instance(value: Json, type: usize, place: Place): void {
    if (value.exists() && !value.isObject()) return this.problems.wrong(place, type, value);
    const inherits = this.inherits && place.parent === null;
    const count = fieldCount(type);
    const seen = new StaticArray<bool>(count);
    const child = new Place(place);
    const children = new Children(value);
    while (children.next()) {
      const i = fieldOf(type, count, children.keyStart, children.keyEnd);
      if (i < 0) {
        const key = children.key();
        const isClosed = CLOSED_CLASSES && (classFlags(type) & CLOSED) != 0;
        if (place.parent !== null || !isOwn(key)) this.problems.unknown(place, key, isClosed);
        continue;
      }
      const field = fieldAt(type, i);
      child.field = field;
      if (unchecked(seen[i])) {
        this.problems.fail(child, "duplicate key");
        continue;
      }
      const member = children.value();
      const node = nodeOf(field);
      // As for `Fields`, null is the same as an absent field.
      unchecked((seen[i] = !member.isNull() || isPresent(node)));
      if (!member.isNull()) this.value(member, node, child);
    }
    if (!REQUIRED_FIELDS || inherits) return;
    for (let i = 0; i < count; i++) {
      child.field = fieldAt(type, i);
      if (unchecked(seen[i]) || !(fieldFlags(child.field) & REQUIRED)) continue;
      this.problems.fail(child, "required, but absent");
    }
  }

  /** Checks the elements of an array, or the values of the members of an object. */
  private elements(value: Json, node: usize, place: Place): void {
    const isList = !DICTIONARIES || (LISTS && value.isArray());
    const element = follow(restOf(node));
    const child = new Place(place);
    const known: Set<string> | null = UNIQUES && load<u8>(node, 1) & UNIQUE ? new Set<string>() : null;
    let count = 0;
    const children = new Children(value);
    while (children.next()) {
      if (isList) child.index = count;
      else child.nameAfter(children);
      count++;
      const member = children.value();
      this.value(member, element, child);
      if (UNIQUES && known !== null) {
        const text = identity(member);
        if (known.has(text)) this.problems.fail(child, mismatch("unique elements", shownValue(member) + " again"));
        else known.add(text);
      }
    }
    this.count(count, node, place);
  }

  private count(count: u32, node: usize, place: Place): void {
    if (!COUNTS || (count >= load<u32>(restOf(node), 2) && count <= load<u32>(restOf(node), 6))) return;
    this.problems.fail(place, mismatch(textAt(node + 2), integerText(count)));
  }
}

/** The index of the field with the name between two addresses of a checked JSON text; -1 if no field has this name. */
export function fieldOf(type: usize, count: i32, start: usize, end: usize): i32 {
  for (let i = 0; i < count; i++) {
    const name = follow(fieldAt(type, i));
    if (sameBytes(start, end, name + 2, load<u16>(name))) return i;
  }
  return -1;
}

/** Whether the key between two addresses of a checked JSON text has these bytes. */
function sameBytes(start: usize, end: usize, name: usize, size: u32): bool {
  let i: usize = 0;
  for (let p = start; p < end; p++) {
    const c = load<u8>(p);
    if (c == Byte.Backslash) return readText(start, end) == decodeUtf8(name, size);
    if (i >= <usize>size || load<u8>(name + i) != c) return false;
    i++;
  }
  return i == <usize>size;
}

/** The size of the offset of a name and of its value. */
const MEMBER_SIZE: usize = 6;

/** The address of the member of an enum that a string names; 0 if the enum has no such member. */
export function choice(value: Json, node: usize): usize {
  const text = stringText(value);
  const count = <usize>load<u16>(restOf(node));
  for (let i: usize = 0; i < count; i++) {
    const member = restOf(node) + 2 + i * MEMBER_SIZE;
    if (textAt(member) == text) return member;
  }
  return 0;
}

/** Whether null is a value of a node. */
function isPresent(node: usize): bool {
  return load<u8>(node) == Kind.Anything || (load<u8>(node, 1) & NULLABLE) != 0;
}

function isFloat(value: Json, rest: usize): bool {
  if (!value.isNumber()) return false;
  const number = readFloat(new Decimal(value.start, value.end));
  return isFinite(number) && number >= load<f64>(rest) && number <= load<f64>(rest, 8);
}

function isInteger(value: Json, kind: u8, rest: usize): bool {
  if (!value.isNumber()) return false;
  const decimal = new Decimal(value.start, value.end);
  if (UNSIGNED && kind == Kind.Unsigned) {
    if (!decimal.isUnsigned()) return false;
    const number = decimal.magnitude();
    return number >= load<u64>(rest) && number <= load<u64>(rest, 8);
  }
  if (!decimal.isInteger()) return false;
  const number = decimal.integer();
  return number >= load<i64>(rest) && number <= load<i64>(rest, 8);
}

function isText(value: Json, rest: usize): bool {
  if (!LENGTHS && !PATTERNS) return true;
  const text = stringText(value);
  if (LENGTHS) {
    const length = characters(text);
    if (length < load<u32>(rest, 2) || length > load<u32>(rest, 6)) return false;
  }
  return !PATTERNS || load<u16>(rest) == 0 || matchesPattern(follow(rest), text);
}

/** The number of code points of a text. */
function characters(text: string): u32 {
  let count = text.length;
  for (let i = 1; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) == 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) == 0xd800) count--;
  }
  return count;
}

/** A text that two scalars share if they are equal. */
function identity(value: Json): string {
  if (value.isString()) return '"' + stringText(value);
  if (!value.isNumber()) return value.raw();
  const decimal = new Decimal(value.start, value.end);
  if (decimal.isInteger()) return integerText(decimal.integer());
  return FLOATS ? floatText(readFloat(decimal)) : value.raw();
}
