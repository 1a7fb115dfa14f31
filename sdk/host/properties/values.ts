import { Status } from "../abi.js";
import { encodePairs, type Pair } from "../message/pairs.js";

/** Values of properties and of expressions, as CEL has them. Each character of a string is one byte. */
export type Value = string | Buffer | bigint | number | boolean | null | Moment | ValueMap | ValueList | Message;

/** A timestamp since 1970, or a duration. */
export class Moment {
  constructor(
    readonly kind: "timestamp" | "duration",
    /** Nanoseconds. */
    readonly ns: bigint,
  ) {}
}

/** A map of values by name. */
export class ValueMap {
  constructor(
    readonly get: (key: string) => Value | undefined,
    /** Absent if the keys cannot be listed, as those of `request`. */
    readonly keys?: () => readonly string[],
  ) {}

  static of(fields: Readonly<Record<string, Value>>): ValueMap {
    return new ValueMap(
      (key) => (Object.hasOwn(fields, key) ? fields[key] : undefined),
      () => Object.keys(fields),
    );
  }
}

export class ValueList {
  constructor(readonly items: readonly Value[]) {}
}

/** A protobuf message: its fields, and its bytes, which a plugin reads. */
export class Message {
  constructor(
    readonly fields: Readonly<Record<string, Value>>,
    readonly encode: () => Buffer,
  ) {}
}

/** The field of a value; undefined if it does not exist. */
export function select(value: Value, key: string): Value | undefined {
  if (value instanceof ValueMap) return value.get(key);
  if (value instanceof Message) return Object.hasOwn(value.fields, key) ? value.fields[key] : undefined;
  if (value instanceof ValueList) return /^\s*[+-]?\d+\s*$/.test(key) ? value.items[Number(key)] : undefined;
  return undefined;
}

/**
 * A value as a plugin reads it: strings as they are, numbers in 8 bytes, a boolean in one byte, messages in protobuf's
 * format, maps as pairs, lists as pairs with empty values.
 */
export function serialize(value: Value): Buffer | Status.SerializationFailure {
  if (typeof value === "string") return Buffer.from(value, "latin1");
  if (typeof value === "boolean") return Buffer.from([value ? 1 : 0]);
  if (typeof value === "bigint" || typeof value === "number") {
    const bytes = Buffer.alloc(8);
    if (typeof value === "bigint") bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
    else bytes.writeDoubleLE(value);
    return bytes;
  }
  if (value instanceof Moment) return serialize(value.ns);
  if (value === null) return Status.SerializationFailure;
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Message) return value.encode();
  if (value instanceof ValueList) return pairs(value.items.map((item) => [item, ""]));
  const keys = value.keys?.();
  return keys ? pairs(keys.map((key) => [key, value.get(key) ?? null])) : Status.SerializationFailure;
}

function pairs(list: readonly (readonly [Value, Value])[]): Buffer | Status.SerializationFailure {
  const texts: Pair[] = [];
  for (const [first, second] of list) {
    const name = serialize(first);
    const value = serialize(second);
    if (typeof name === "number" || typeof value === "number") return Status.SerializationFailure;
    texts.push([name.toString("latin1"), value.toString("latin1")]);
  }
  // An empty list is a count of 0 here, and not 0 bytes as for headers.
  return texts.length === 0 ? Buffer.alloc(4) : encodePairs(texts);
}
