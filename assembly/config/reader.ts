import { Json } from "../json";
import { Children } from "../json/children";
import { stringText } from "../json/convert";
import { readFloat } from "../json/float";
import { Decimal } from "../json/number";
import { choice, fieldOf } from "./checker";
import { classAt, fieldAt, fieldCount, follow, Kind, nodeOf, restOf } from "./descriptor";
import { Place, Problems } from "./problems";
import { CHOICES, UNSIGNED } from "./table";

/**
 * Gives the values of a checked object to the method `__readConfig` that the transform adds to each configuration class.
 * The method takes the fields in the order of the class, those of the base class first.
 */
export class ConfigReader {
  private values: StaticArray<Json | null>;
  private next: i32 = 0;

  constructor(
    readonly problems: Problems,
    readonly place: Place,
    object: Json,
    private type: usize,
  ) {
    const count = fieldCount(type);
    const values = new StaticArray<Json | null>(count);
    const children = new Children(object);
    while (children.next()) {
      const i = fieldOf(type, count, children.keyStart, children.keyEnd);
      if (i >= 0) unchecked((values[i] = children.value()));
    }
    this.values = values;
  }

  /** Returns the value of the next field, or `initial` if the field is absent. */
  take<T>(initial: T): T {
    const i = this.next++;
    const value = unchecked(this.values[i]);
    if (value === null) return initial;
    if (isReference<T>() && isJson<T>()) return changetype<T>(value);
    if (value.isNull()) return isNullable<T>() ? changetype<T>(0) : initial;
    const field = fieldAt(this.type, i);
    const place = new Place(this.place);
    place.field = field;
    return convert<T>(this.problems, value, nodeOf(field), place);
  }
}

// @ts-ignore: decorator
@inline
function isJson<T>(): bool {
  return idof<NonNullable<T>>() == idof<Json>();
}

/** Converts a checked value. */
function convert<T>(problems: Problems, value: Json, node: usize, place: Place): T {
  if (isBoolean<T>()) return <T>(value.first == 0x74);
  if (isFloat<T>()) return <T>readFloat(new Decimal(value.start, value.end));
  if (isInteger<T>() && !isReference<T>()) {
    if (CHOICES && load<u8>(node) == Kind.Choice) return <T>load<i32>(choice(value, node), 2);
    const decimal = new Decimal(value.start, value.end);
    return UNSIGNED && !isSigned<T>() ? <T>decimal.magnitude() : <T>decimal.integer();
  }
  if (isReference<T>()) {
    if (isNullable<T>() && value.isNull()) return changetype<T>(0);
    if (isString<T>()) return changetype<T>(stringText(value));
    if (isJson<T>()) return changetype<T>(value);
    if (isArray<T>()) return changetype<T>(convertList<NonNullable<T>>(problems, value, node, place));
    return convertObject<T>(problems, value, node, place);
  }
  return changetype<T>(0);
}

function convertList<T>(problems: Problems, value: Json, node: usize, place: Place): T {
  const list = instantiate<T>();
  const element = follow(restOf(node));
  const child = new Place(place);
  const children = new Children(value);
  while (children.next()) {
    // @ts-ignore: T is an Array
    child.index = list.length;
    // @ts-ignore: see above
    list.push(convert<valueof<T>>(problems, children.value(), element, child));
  }
  return list;
}

/** Converts to a Map or to a configuration class. */
function convertObject<T>(problems: Problems, value: Json, node: usize, place: Place): T {
  const made = instantiate<NonNullable<T>>();
  if (made instanceof Map) convertMembers<NonNullable<T>>(made, problems, value, node, place);
  // @ts-ignore: the transform adds the method to the class
  else fill<NonNullable<T>>(made, problems, value, place);
  return changetype<T>(made);
}

function convertMembers<T>(map: T, problems: Problems, value: Json, node: usize, place: Place): void {
  const element = follow(restOf(node));
  const child = new Place(place);
  const children = new Children(value);
  while (children.next()) {
    child.nameAfter(children);
    // @ts-ignore: T is a Map
    map.set(children.key(), convert<valueof<T>>(problems, children.value(), element, child));
  }
}

/** Sets the fields of an object of a configuration class, and calls its method `validate`. */
export function fill<T>(object: T, problems: Problems, value: Json, place: Place): void {
  // @ts-ignore: the transform adds the methods to the class
  object.__readConfig(new ConfigReader(problems, place, value, classAt(object.__configIndex())));
  // @ts-ignore: not every class has the method
  if (isDefined(object.validate)) {
    // @ts-ignore: see above
    const error: Error | null = object.validate();
    if (error !== null) problems.fail(place, error.message);
  }
}
