import { isJsonObject, type JsonObject, type JsonValue } from "../../spec/json.js";
import { unknownOption } from "../../options/unknown-option.js";
import { ManifestError } from "../manifest-error.js";
import { positionOf } from "../origin.js";
import type { Resource } from "../resource.js";
import { pathText } from "../path-text.js";
import type { Path } from "../yaml/lines.js";

/**
 * A field of a resource, with its path for messages. Each function that reads the value throws a ManifestError when the
 * value has another type. Kubernetes treats null like an absent field.
 *
 * @example
 * Field.of(resource).at("spec").at("rules").list()[0]?.at("host").optionalText();
 */
export class Field {
  private constructor(
    readonly resource: Resource,
    /** The names and indexes that lead to the field. */
    private readonly keys: Path,
    readonly value: JsonValue | undefined,
  ) {}

  /** The whole resource. */
  static of(resource: Resource): Field {
    return new Field(resource, [], resource.object);
  }

  /** Such as "spec.rules[0].host". */
  get path(): string {
    return pathText(this.keys);
  }

  get exists(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** A field of this object; of nothing if this field is absent. */
  at(name: string): Field {
    const object = this.exists ? this.object() : {};
    return new Field(this.resource, [...this.keys, name], Object.hasOwn(object, name) ? object[name] : undefined);
  }

  /** @param known the names that the object may have; any by default */
  object(known?: readonly string[]): JsonObject {
    if (!isJsonObject(this.value)) throw this.expected("an object");
    for (const name of known === undefined ? [] : Object.keys(this.value)) {
      if (!known!.includes(name)) {
        const reason = unknownOption(name, known!).replace(/^unknown option/, "unknown field");
        throw new ManifestError(positionOf(this.resource, [...this.keys, name]), `${this.path}: ${reason}`);
      }
    }
    return this.value;
  }

  /** The items; none if the field is absent. */
  list(): Field[] {
    if (!this.exists) return [];
    if (!Array.isArray(this.value)) throw this.expected("a list");
    return this.value.map((item, index) => new Field(this.resource, [...this.keys, index], item));
  }

  /** The fields of an object by name; none if the field is absent. */
  entries(): [name: string, field: Field][] {
    return this.exists ? Object.keys(this.object()).map((name) => [name, this.at(name)]) : [];
  }

  text(): string {
    if (typeof this.value !== "string") throw this.expected("a string");
    return this.value;
  }

  /** The text; undefined if the field is absent. An empty text counts as absent, as it does in Kubernetes. */
  optionalText(): string | undefined {
    return this.exists && this.text() !== "" ? this.text() : undefined;
  }

  /** One of some words. */
  oneOf<Word extends string>(words: readonly Word[]): Word {
    const expected = words.length === 1 ? words[0]! : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
    if (typeof this.value !== "string") throw this.expected(expected);
    if (words.includes(this.value as Word)) return this.value as Word;
    const suggestion = /; did you mean .*$/.exec(unknownOption(this.value, words))?.[0] ?? "";
    throw this.error(`expected ${expected}, got ${JSON.stringify(this.value)}${suggestion}`);
  }

  integer(least: number, most: number): number {
    const expected = `an integer from ${least} to ${most}`;
    if (typeof this.value !== "number" || !Number.isInteger(this.value)) throw this.expected(expected);
    if (this.value < least || this.value > most) throw this.error(`expected ${expected}, got ${this.value}`);
    return this.value;
  }

  /** The error for a value that is not as expected. */
  expected(what: string): ManifestError {
    return this.error(
      `expected ${what}, ${this.exists ? `got ${described(this.value!)}` : "but the field is missing"}`,
    );
  }

  error(reason: string): ManifestError {
    return new ManifestError(
      positionOf(this.resource, this.keys),
      this.path === "" ? reason : `${this.path}: ${reason}`,
    );
  }
}

function described(value: JsonValue): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value);
  return `${typeof value} ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
}
