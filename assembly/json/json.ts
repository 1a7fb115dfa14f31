import { decodeUtf8, encodeUtf8To, utf8Length } from "../abi/utf8";
import { Byte, isDigit, skipSpace } from "./byte";
import { Children, skipValue } from "./children";
import { toBool, toF64, toI64, toText } from "./convert";
import { Fields } from "./fields";
import { check, PADDING } from "./parse";
import { getPath } from "./path";
import { sameText } from "./text";

/** One member of a JSON object. */
export class JsonEntry {
  constructor(
    public key: string,
    public value: Json,
  ) {}
}

/**
 * A JSON value, or none. The text is checked once, as a whole; a value is the piece of it that it is written in, and reading
 * scans that piece. Nothing here ever traps: what is not there, or has another type, reads as "", 0, false or [].
 *
 * Conversions are those of Go's gjson (github.com/tidwall/gjson, its type Result).
 *
 * @example
 * const json = Json.parse('{"user": {"name": "Ann", "tags": ["a", "b"]}}');
 * if (json.error) return json.error;
 * json.get("user.name").string(); // "Ann"
 * json.get("user.tags.#").i32(); // 2
 * json.get("user.age").exists(); // false
 */
export class Json {
  /** Why the text is not JSON, with the byte where: `unexpected end at byte 5`. null if it is, and for a missing value. */
  error: Error | null = null;

  /** @internal Not for plugins, they use `Json.parse`. The buffer holds a checked text and PADDING zeros. */
  constructor(
    private buffer: ArrayBuffer,
    private from: i32,
    private to: i32,
  ) {}

  /**
   * Reads a text as JSON (RFC 8259), nested up to 256 deep.
   *
   * @param text The text. U+DC80..U+DCFF count as the bytes they stand for (see `decodeUtf8`).
   * @returns The value. If the text is not JSON, a missing one whose `error` says why.
   */
  static parse(text: string): Json {
    const buffer = new ArrayBuffer(utf8Length(text) + PADDING);
    encodeUtf8To(changetype<usize>(buffer), text);
    return Json.adopt(buffer);
  }

  /**
   * Reads bytes as JSON. They are copied, so they may change afterwards. Bytes in strings that are not UTF-8 are kept.
   *
   * @param bytes The text in UTF-8, without a byte order mark.
   * @returns As `Json.parse`.
   */
  static parseBytes(bytes: ArrayBuffer): Json {
    const buffer = new ArrayBuffer(bytes.byteLength + PADDING);
    memory.copy(changetype<usize>(buffer), changetype<usize>(bytes), <usize>bytes.byteLength);
    return Json.adopt(buffer);
  }

  /** A value that does not exist. */
  static missing(): Json {
    return new Json(new ArrayBuffer(PADDING), 0, 0);
  }

  /** @internal Not for plugins: takes over a buffer that nobody else writes to and that ends in PADDING zeros. */
  static adopt(buffer: ArrayBuffer): Json {
    const start = changetype<usize>(buffer);
    const reason = check(start, buffer.byteLength - PADDING);
    if (reason.length != 0) {
      const json = Json.missing();
      json.error = new Error(reason);
      return json;
    }
    const first = skipSpace(start);
    return new Json(buffer, <i32>(first - start), <i32>(skipValue(first) - start));
  }

  /** @internal Takes the members with a key out of an object, by writing spaces over them. */
  erase(key: string): void {
    if (!this.isObject()) return;
    const children = new Children(this);
    while (children.next()) {
      if (!sameText(children.keyStart, children.keyEnd, key)) continue;
      // With one comma: the one behind it, or else the one before.
      let start = children.keyStart - 1;
      let end = skipSpace(children.end);
      if (load<u8>(end) == <u8>Byte.Comma) end++;
      else {
        let before = start - 1;
        while (load<u8>(before) <= <u8>Byte.Space) before--;
        if (load<u8>(before) == <u8>Byte.Comma) start = before;
      }
      memory.fill(start, <u8>Byte.Space, end - start);
      // The walk stood in what is gone: begin again, there may be a second one.
      return this.erase(key);
    }
  }

  /** @internal Not for plugins: the same value in a text of its own, without what is around it. */
  copy(): Json {
    const size = this.to - this.from;
    const buffer = new ArrayBuffer(size + PADDING);
    memory.copy(changetype<usize>(buffer), this.start, <usize>size);
    return new Json(buffer, 0, size);
  }

  /** @internal Not for plugins: a value of the same text. */
  slice(start: usize, end: usize): Json {
    const base = changetype<usize>(this.buffer);
    return new Json(this.buffer, <i32>(start - base), <i32>(end - base));
  }

  /** @internal Not for plugins: where the value begins. */
  get start(): usize {
    return changetype<usize>(this.buffer) + <usize>this.from;
  }

  /** @internal Not for plugins: where the value ends. */
  get end(): usize {
    return changetype<usize>(this.buffer) + <usize>this.to;
  }

  /** @internal Not for plugins: the byte that tells the type. For a missing value it is the first of the zeros after the text. */
  get first(): u32 {
    return load<u8>(this.start);
  }

  /** Whether there is a value. null is one. */
  exists(): bool {
    return this.first != 0;
  }

  isObject(): bool {
    return this.first == Byte.OpenBrace;
  }

  isArray(): bool {
    return this.first == Byte.OpenBracket;
  }

  isString(): bool {
    return this.first == Byte.Quote;
  }

  isNumber(): bool {
    return this.first == Byte.Minus || isDigit(this.first);
  }

  isBool(): bool {
    return this.first == Byte.T || this.first == Byte.F;
  }

  isNull(): bool {
    return this.first == Byte.N;
  }

  /** "object", "array", "string", "number", "boolean", "null", or "missing". */
  typeName(): string {
    if (this.isObject()) return "object";
    if (this.isArray()) return "array";
    if (this.isString()) return "string";
    if (this.isNumber()) return "number";
    if (this.isBool()) return "boolean";
    return this.isNull() ? "null" : "missing";
  }

  /** The value as it is written, without white space around it; "" if missing. */
  raw(): string {
    return decodeUtf8(this.start, this.to - this.from);
  }

  /**
   * The value at a path, as gjson reads it: names and array indexes with dots between them. In a name `*` and `?` stand for
   * any characters and for one, and `\` takes the meaning from the character after it. `#` is the number of elements of an
   * array, and `#.name` an array of what is at `name` in its elements. Of equal names the first counts.
   *
   * Not supported, and missing: gjson's queries `#(…)`, multipaths `{…}` and `[…]`, literals `!…`, pipes `|` and JSON lines
   * `..`. A modifier such as `@reverse` is read as a name.
   *
   * @param path The path.
   * @returns The value; a missing one if there is none.
   * @example
   * json.get("rules.0.name");
   * json.get("users.#.name"); // ["Ann","Bob"]
   * json.get("a\\.b"); // the name a.b
   */
  get(path: string): Json {
    return getPath(this, path);
  }

  /**
   * The member with a name, taken literally: `at("a.b")` is the name a.b. Of equal names the first counts.
   *
   * @param key The name.
   * @returns The value; a missing one if there is none or if this is not an object.
   */
  at(key: string): Json {
    if (this.isObject()) {
      const children = new Children(this);
      while (children.next()) {
        if (sameText(children.keyStart, children.keyEnd, key)) return children.value();
      }
    }
    return Json.missing();
  }

  /**
   * The value as text: a string's text; an integer as it is written; another number without exponent, in the shortest form
   * that reads as the same f64 (Go's format 'f', -1); true and false; an object or array as it is written; "" for null.
   */
  string(): string {
    return toText(this);
  }

  /** True for true, for a number other than 0 and for the strings "1", "t" and "true" in any case. */
  bool(): bool {
    return toBool(this);
  }

  /** As `i64()`, but a value beyond i32 gives the nearest i32. */
  i32(): i32 {
    return <i32>max(<i64>i32.MIN_VALUE, min(<i64>i32.MAX_VALUE, toI64(this)));
  }

  /**
   * The value as an integer: a number without its fraction; 1 for true; a string of digits with an optional minus; else 0.
   * Plain digits beyond i64 wrap, as in gjson; with a fraction or exponent they give the nearest i64 (in Go that depends on
   * the processor). `fields().i64(…)` refuses both.
   */
  i64(): i64 {
    return toI64(this);
  }

  /**
   * The nearest f64 to a number, infinite where there is none; 1 for true; a string read as a decimal number, "inf" or "nan"
   * (gjson also reads hexadecimal floats); else 0.
   */
  f64(): f64 {
    return toF64(this);
  }

  /** The elements of an array, in order; nothing for null or a missing value; another value as the only element. */
  array(): Json[] {
    const list: Json[] = [];
    if (this.isArray()) {
      const children = new Children(this);
      while (children.next()) list.push(children.value());
    } else if (this.exists() && !this.isNull()) list.push(this);
    return list;
  }

  /**
   * The members of an object, in order, equal keys included. As gjson's ForEach: the elements of an array, and a value of
   * another type but a missing one as the only entry, with key "".
   */
  entries(): JsonEntry[] {
    const list: JsonEntry[] = [];
    if (this.isObject() || this.isArray()) {
      const children = new Children(this);
      while (children.next()) list.push(new JsonEntry(children.key(), children.value()));
    } else if (this.exists()) list.push(new JsonEntry("", this));
    return list;
  }

  /**
   * The strict reader of an object, which keeps the first error.
   *
   * @example
   * const fields = json.fields();
   * config.capacity = fields.i32("capacity", 2, 1, 100);
   * return fields.error; // capacity: expected integer, got string
   */
  fields(): Fields {
    return Fields.of(this);
  }
}
