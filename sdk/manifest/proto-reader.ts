import { isJsonObject } from "../spec/json.js";
import type { JsonObject, JsonValue } from "../spec/json.js";
import { describe } from "./json-type.js";
import { ManifestError } from "./manifest-error.js";
import { positionOf } from "./origin.js";
import { pathText } from "./path-text.js";
import type { Resource } from "./resource.js";
import type { Path } from "./yaml/lines.js";

const INT32 = 2 ** 31;

/**
 * Reads the fields of a protobuf message from JSON as Go's `jsonpb` does, by which Higress's controller and istiod decode
 * WasmPlugins: `snake_case` names count too, unknown fields are passed over, and null stands for a field that is not set.
 * The facts are those of github.com/golang/protobuf 1.5, jsonpb/decode.go.
 *
 * Each method throws `ManifestError` with the field's position when the controller cannot decode the field.
 */
export class ProtoReader {
  private constructor(
    private readonly resource: Resource,
    private readonly object: JsonObject,
    private readonly path: Path,
  ) {}

  /** Reads the fields of `spec`; of an empty message without it. */
  static ofSpec(resource: Resource): ProtoReader {
    return new ProtoReader(resource, resource.object, []).message("spec") ?? new ProtoReader(resource, {}, ["spec"]);
  }

  text(field: string): string {
    const value = this.get(field);
    if (value === undefined) return "";
    return typeof value === "string" ? value : this.fail(field, "a string", value);
  }

  /** `google.protobuf.BoolValue`; undefined if not set. */
  bool(field: string): boolean | undefined {
    const value = this.get(field);
    if (value === undefined || typeof value === "boolean") return value;
    return this.fail(field, "true or false", value);
  }

  /** `google.protobuf.Int32Value`: a number, or a text with a number; undefined if not set. */
  int32(field: string): number | undefined {
    return this.integer(field, -INT32, INT32 - 1);
  }

  /** A number, or a text with a number; 0 if not set. */
  uint32(field: string): number {
    return this.integer(field, 0, 2 * INT32 - 1) ?? 0;
  }

  private integer(field: string, least: number, most: number): number | undefined {
    const value = this.get(field);
    if (value === undefined) return undefined;
    const number = typeof value === "string" ? integerOf(value) : value;
    const fits = typeof number === "number" && Number.isInteger(number) && number >= least && number <= most;
    return fits ? number + 0 : this.fail(field, `an integer from ${least} to ${most}`, value);
  }

  /** The number of an enum's value, which the manifest may name or number; 0 if not set. */
  enumNumber(field: string, names: readonly string[]): number {
    const value = this.get(field);
    if (value === undefined) return 0;
    if (typeof value === "string" && names.includes(value)) return names.indexOf(value);
    const isNumber = typeof value === "number" && Number.isInteger(value) && value >= -INT32 && value < INT32;
    return isNumber ? value + 0 : this.fail(field, names.join(", "), value);
  }

  /** `google.protobuf.Struct`; undefined if not set. */
  struct(field: string): JsonObject | undefined {
    const value = this.get(field);
    if (value === undefined || isJsonObject(value)) return value;
    return this.fail(field, "an object", value);
  }

  /** A list of texts, in which null is the empty text. */
  texts(field: string): string[] {
    return this.list(field).map((item, index) => {
      if (item === null) return "";
      return typeof item === "string" ? item : this.fail(`${field}[${index}]`, "a string", item, [field, index]);
    });
  }

  message(field: string): ProtoReader | undefined {
    const value = this.struct(field);
    return value && new ProtoReader(this.resource, value, [...this.path, field]);
  }

  /** A list of messages, in which null is an empty message. */
  messages(field: string): ProtoReader[] {
    return this.list(field).map((item, index) => {
      if (item !== null && !isJsonObject(item)) this.fail(`${field}[${index}]`, "an object", item, [field, index]);
      return new ProtoReader(this.resource, item ?? {}, [...this.path, field, index]);
    });
  }

  /** `map<string, string>`, in which null is the empty text. */
  textMap(field: string): Record<string, string> {
    const entries = Object.entries(this.struct(field) ?? {}).map(([name, value]): [string, string] => {
      if (value === null) return [name, ""];
      return [
        name,
        typeof value === "string" ? value : this.fail(`${field}.${name}`, "a string", value, [field, name]),
      ];
    });
    return Object.fromEntries(entries);
  }

  /** An error about the message as a whole. */
  error(reason: string): ManifestError {
    return new ManifestError(positionOf(this.resource, this.path), `${pathText(this.path)}: ${reason}`);
  }

  private list(field: string): JsonValue[] {
    const value = this.get(field) ?? [];
    return Array.isArray(value) ? value : this.fail(field, "a list", value);
  }

  /** Undefined for null, too. */
  private get(field: string): JsonValue | undefined {
    return this.object[this.nameOf(field)] ?? undefined;
  }

  private nameOf(field: string): string {
    return Object.hasOwn(this.object, field) ? field : field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }

  private fail(field: string, expected: string, value: JsonValue, path: Path = [this.nameOf(field)]): never {
    const name = this.path.length === 0 ? field : `${pathText(this.path)}.${field}`;
    throw new ManifestError(
      positionOf(this.resource, [...this.path, ...path]),
      `${name}: expected ${expected}, got ${describe(value)}`,
    );
  }
}

/** Go takes the quotes off, and then reads JSON: the text "null" is 0. */
function integerOf(text: string): number | undefined {
  const digits = /^[ \t\r\n]*(-?(?:0|[1-9][0-9]*)|null)[ \t\r\n]*$/.exec(text)?.[1];
  return digits === undefined ? undefined : digits === "null" ? 0 : Number(digits);
}
