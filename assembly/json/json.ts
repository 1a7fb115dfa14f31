import { decodeUtf8, encodeUtf8To, utf8Length } from "../abi/utf8";
import { isDigit } from "../text/ascii";
import { Byte, skipSpace } from "./byte";
import { Children } from "./children";
import { toBool, toF64, toI64, toText } from "./convert";
import { Fields } from "./fields";
import { check, checkedEnd, PADDING } from "./parse";
import { parseLines } from "./lines";
import { getPath } from "./path";
import { queryPath } from "./query/query";
import { sameText } from "./text";

/**
 * A member of a JSON object, from `Json.entries()`.
 *
 * @example
 * ```ts
 * const members = json.get("headers").entries();
 * for (let i = 0; i < members.length; i++) {
 *   ctx.requestHeaders.set(members[i].key, members[i].value.string());
 * }
 * ```
 */
export class JsonEntry {
  constructor(
    public key: string,
    public value: Json,
  ) {}
}

/**
 * A JSON value, or a missing value. `parse` checks the whole text once. A value refers to its part of the text, and reading
 * the value scans this part. No method traps: a missing value, or a value of another type, reads as "", 0, false or [].
 *
 * The conversions are those of Go's gjson (github.com/tidwall/gjson, type Result).
 *
 * @example
 * ```ts
 * const user = Json.parse('{"name": "Ann", "tags": ["a", "b"]}');
 * if (user.error === null) {
 *   user.get("name").string(); // "Ann"
 *   user.get("tags.#").i32(); // 2
 *   user.get("age").exists(); // false
 * }
 * ```
 */
export class Json {
  /**
   * The reason and the place if the text is not JSON: `unexpected end at byte 5`. Otherwise null, also for a missing
   * value.
   */
  error: Error | null = null;

  /** @internal Not for plugins, they use `Json.parse`. The buffer contains a checked text and PADDING zeros. */
  constructor(
    private buffer: ArrayBuffer,
    private from: i32,
    private to: i32,
  ) {}

  /**
   * Parses a text as JSON (RFC 8259) with at most 256 levels of nesting.
   *
   * @param text The text. U+DC80..U+DCFF stand for bytes that are not UTF-8 (see `decodeText`).
   * @returns The value. If the text is not JSON, a missing value whose `error` has the reason.
   */
  static parse(text: string): Json {
    const buffer = new ArrayBuffer(utf8Length(text) + PADDING);
    encodeUtf8To(changetype<usize>(buffer), text);
    return Json.adopt(buffer);
  }

  /**
   * Parses bytes as JSON. The bytes are copied, so they may change afterwards. Bytes in strings that are not UTF-8 are
   * kept.
   *
   * @param bytes The text in UTF-8, without a byte order mark.
   * @returns As `Json.parse`.
   */
  static parseBytes(bytes: ArrayBuffer): Json {
    const buffer = new ArrayBuffer(bytes.byteLength + PADDING);
    memory.copy(changetype<usize>(buffer), changetype<usize>(bytes), <usize>bytes.byteLength);
    return Json.adopt(buffer);
  }

  /**
   * Parses JSON Lines (jsonlines.org): any number of JSON texts, separated by white space, become one array. Go's
   * `gjson.Get(text, "..#.name")` is `Json.parseLines(text).get("#.name")`.
   *
   * @param text The text; as for `Json.parse`.
   * @returns An array. If a line is not JSON, a missing value whose `error` has the reason.
   * @example
   * ```ts
   * Json.parseLines('{"a":1}\n{"a":2}\n').get("1.a").i32(); // 2
   * ```
   */
  static parseLines(text: string): Json {
    return parseLines(text);
  }

  /** Returns a missing value. */
  static missing(): Json {
    return new Json(new ArrayBuffer(PADDING), 0, 0);
  }

  /**
   * @internal Not for plugins: uses a buffer without a copy. The buffer ends in PADDING zeros, and nothing else writes to
   * it.
   */
  static adopt(buffer: ArrayBuffer): Json {
    const start = changetype<usize>(buffer);
    const reason = check(start, buffer.byteLength - PADDING);
    if (reason.length != 0) {
      const json = Json.missing();
      json.error = new Error(reason);
      return json;
    }
    const first = skipSpace(start);
    return new Json(buffer, <i32>(first - start), <i32>(checkedEnd() - start));
  }

  /** @internal Removes the members with a key from an object, by overwriting them with spaces. */
  erase(key: string): void {
    if (!this.isObject()) return;
    const children = new Children(this);
    while (children.next()) {
      if (!sameText(children.keyStart, children.keyEnd, key)) continue;
      // Also overwrite one comma: the comma after the member, or else the comma before it.
      let start = children.keyStart - 1;
      let end = skipSpace(children.end);
      if (load<u8>(end) == <u8>Byte.Comma) end++;
      else {
        let before = start - 1;
        while (load<u8>(before) <= <u8>Byte.Space) before--;
        if (load<u8>(before) == <u8>Byte.Comma) start = before;
      }
      memory.fill(start, <u8>Byte.Space, end - start);
      // `children` points into the overwritten text. Start again, because the key may occur twice.
      return this.erase(key);
    }
  }

  /** @internal Not for plugins: a copy of the value, in a buffer that contains only this value. */
  copy(): Json {
    const size = this.to - this.from;
    const buffer = new ArrayBuffer(size + PADDING);
    memory.copy(changetype<usize>(buffer), this.start, <usize>size);
    return new Json(buffer, 0, size);
  }

  /** @internal Not for plugins: another value of the same text, between two addresses. */
  slice(start: usize, end: usize): Json {
    const base = changetype<usize>(this.buffer);
    return new Json(this.buffer, <i32>(start - base), <i32>(end - base));
  }

  /** @internal Not for plugins: makes this the value of the same text between two addresses. */
  move(start: usize, end: usize): void {
    const base = changetype<usize>(this.buffer);
    this.from = <i32>(start - base);
    this.to = <i32>(end - base);
  }

  /** @internal Not for plugins: whether two values belong to the same text. */
  isPartOf(other: Json): bool {
    return this.buffer === other.buffer;
  }

  /** @internal Not for plugins: the address at which the value begins. */
  get start(): usize {
    return changetype<usize>(this.buffer) + <usize>this.from;
  }

  /** @internal Not for plugins: the address at which the value ends. */
  get end(): usize {
    return changetype<usize>(this.buffer) + <usize>this.to;
  }

  /**
   * @internal Not for plugins: the first byte, which shows the type. For a missing value it is the first zero after the
   * text.
   */
  get first(): u32 {
    return load<u8>(this.start);
  }

  /** Whether the value exists. `null` exists. */
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

  /** Returns "object", "array", "string", "number", "boolean", "null", or "missing". */
  typeName(): string {
    if (this.isObject()) return "object";
    if (this.isArray()) return "array";
    if (this.isString()) return "string";
    if (this.isNumber()) return "number";
    if (this.isBool()) return "boolean";
    return this.isNull() ? "null" : "missing";
  }

  /** Returns the JSON text of the value, without white space around it; "" if missing. */
  raw(): string {
    return decodeUtf8(this.start, this.to - this.from);
  }

  /** Returns the JSON text of the value as bytes, in UTF-8 as far as the parsed bytes were; empty if missing. */
  bytes(): ArrayBuffer {
    const bytes = new ArrayBuffer(this.to - this.from);
    memory.copy(changetype<usize>(bytes), this.start, bytes.byteLength);
    return bytes;
  }

  /**
   * Returns the value at a path in the syntax of gjson: names and array indexes, separated by dots. In a name `*` matches
   * any characters, `?` matches one character, and `\` escapes the character after it. `#` is the number of elements of
   * an array. `#.name` is an array of the values at `name` in its elements. Of members with equal names the first is
   * used.
   *
   * These parts of gjson are not supported, and a path with them finds a missing value: queries `#(…)`, multipaths `{…}`
   * and `[…]`, literals `!…`, pipes `|` and JSON lines `..`. A modifier such as `@reverse` is read as a name.
   *
   * @param path The path.
   * @returns The value; a missing value if the path finds nothing.
   * @example
   * ```ts
   * json.get("rules.0.name").string();
   * json.get("users.#.name").array(); // the names of all users
   * json.get("a\\.b").i32(); // the member named a.b
   * ```
   */
  get(path: string): Json {
    return getPath(this, path);
  }

  /**
   * Returns the value at the first path that finds one; see `get`.
   *
   * @param paths The paths, in the order in which they are tried.
   * @returns The value; a missing value if no path finds one.
   * @example
   * ```ts
   * const text = json.firstOf(["choices.0.message.content", "choices.0.delta.content"]).string();
   * ```
   */
  firstOf(paths: string[]): Json {
    for (let i = 0; i < paths.length; i++) {
      const value = this.get(paths[i]);
      if (value.exists()) return value;
    }
    return Json.missing();
  }

  /**
   * Returns the value at a path in the whole syntax of Go's gjson.Get. Beyond `get`, it takes:
   *
   * - queries: `#(name=="x")` is the first element that matches, `#(age>45)#` is an array of all. The operators are `==`,
   *   `!=`, `<`, `<=`, `>`, `>=`, `%` (matches a pattern) and `!%`; `~true`, `~false`, `~null` and `~*` compare the truth
   *   of a value.
   * - modifiers: `@this`, `@valid`, `@pretty`, `@ugly`, `@reverse`, `@keys`, `@values`, `@flatten`, `@join`, `@tostr`,
   *   `@fromstr`, `@group`, `@dig`, with gjson's arguments: `@flatten:{"deep":true}`.
   * - pipes `a|b`, multipaths `{a,"x":b.c}` and `[a,b]`, literals `!"text"`, and `..0` for JSON lines (`parseLines`).
   *
   * A plugin that calls `query` is about 15 KB larger than a plugin that calls only `get`. A malformed query finds
   * nothing; so does a path of more than 4,096 characters, a path whose result is longer than 16 MiB or nested deeper than
   * 256 levels, and a path whose steps make more than 64 MiB together.
   *
   * @param path The path.
   * @returns The value; a missing value if the path finds nothing.
   * @example
   * ```ts
   * json.query('consumers.#(name=="ann").key').string();
   * json.query("items.#(price>10)#.name").array();
   * json.query("{model,max:limits.tokens}").raw(); // {"model":"m","max":9}
   * ```
   */
  query(path: string): Json {
    return queryPath(this, path);
  }

  /**
   * Returns the member with a name. The name is taken literally: `at("a.b")` is the member named a.b. Of members with equal
   * names the first is used.
   *
   * @param key The name.
   * @returns The value; a missing value if there is no such member or if this is not an object.
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
   * Returns the value as text: the text of a string; an integer, object or array as it is written; another number without
   * an exponent, in the shortest form that reads as the same f64 (Go's format 'f', -1); "true" or "false"; "" for null.
   */
  string(): string {
    return toText(this);
  }

  /** Returns true for `true`, for a number other than 0, and for the strings "1", "t" and "true" in upper or lower case. */
  bool(): bool {
    return toBool(this);
  }

  /** As `i64()`, but for a value outside the range of i32 it returns the nearest i32. */
  i32(): i32 {
    return <i32>max(<i64>i32.MIN_VALUE, min(<i64>i32.MAX_VALUE, toI64(this)));
  }

  /**
   * Returns the value as an integer: a number without its fraction; 1 for `true`; the number in a string of digits with an
   * optional minus; otherwise 0. Plain digits outside the range of i64 wrap, as in gjson. A number with a fraction or an
   * exponent outside the range becomes the nearest i64 (in Go the result depends on the processor). For both,
   * `fields().i64(…)` reports an error.
   */
  i64(): i64 {
    return toI64(this);
  }

  /**
   * Returns the f64 nearest to a number, or infinity outside the range; 1 for `true`; for a string the decimal number,
   * "inf" or "nan" in it (gjson also reads hexadecimal floats); otherwise 0.
   */
  f64(): f64 {
    return toF64(this);
  }

  /**
   * Returns the elements of an array, in order; [] for null or a missing value; for another value an array with this
   * value.
   */
  array(): Json[] {
    const list: Json[] = [];
    if (this.isArray()) {
      const children = new Children(this);
      while (children.next()) list.push(children.value());
    } else if (this.exists() && !this.isNull()) list.push(this);
    return list;
  }

  /**
   * Returns the members of an object, in order, including members with equal keys. As with gjson's ForEach, an array has an
   * entry for each element, and any other existing value has one entry: itself. The keys of these entries are "".
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
   * Returns the strict reader of an object, which keeps the first error.
   *
   * @example
   * ```ts
   * const fields = json.fields();
   * config.burst = fields.i32("burst", 2, 1, 100);
   * fields.error; // for {"burst":"x"}: burst: expected integer from 1 to 100, got "x"
   * ```
   */
  fields(): Fields {
    return Fields.of(this);
  }
}
