import { decodeUtf8, encodeUtf8, encodeUtf8To, utf8Length } from "../../abi/utf8";
import { Byte, isOpen, skipSpace } from "../byte";
import { Bytes } from "../bytes";
import { skipValue } from "../children";
import { Json } from "../json";
import { PADDING, check } from "../parse";
import { queryPath, querySources } from "../query/query";
import { build, fill } from "./build";
import { EditPart, EditPath } from "./edit-path";
import { GapText } from "./gap-text";
import { Place } from "./place";
import { Trail } from "./trail";
import { valueBytes } from "./value-bytes";

/**
 * Changes values in a JSON text and leaves all other bytes as they are: white space, the order of members, the notation of
 * numbers, and bytes that are not UTF-8. The paths and results are those of Go's sjson (github.com/tidwall/sjson).
 *
 * A path consists of names and indexes, separated by dots: `messages.0.role`. Missing objects and arrays are created. `-1`
 * appends to an array, and means its last element in `delete`. `\` takes the next character literally: `a\.b`. A part
 * `:1` creates a member named 1 instead of an array.
 *
 * All methods that change the text return the editor. The first error is kept in `error`. An edit with an error changes
 * nothing.
 *
 * Edits from front to back of the text move each byte once. An edit in front of the last one costs as much as a search
 * through the text.
 *
 * @example
 * ```ts
 * const edit = JsonEditor.parseBytes(body.bytes()).set("model", "qwen").set("limits.tokens", 100).delete("user");
 * if (edit.error === null) body.replace<ArrayBuffer>(edit.bytes());
 * ```
 */
export class JsonEditor {
  /** The first error: the text is not JSON, or an edit was not possible. Otherwise null. */
  error: Error | null = null;
  private trail: Trail = new Trail();
  /** The result of `bytes`, if it was the last call: the editor has given its text away. */
  private given: ArrayBuffer | null = null;

  private constructor(private source: GapText) {}

  /**
   * Begins to edit a text. An empty text is allowed, and becomes an object or an array with the first edit.
   *
   * @param text JSON. U+DC80..U+DCFF stand for bytes that are not UTF-8 (see `decodeText`).
   * @returns The editor. If the text is not JSON, `error` has the reason, and no edit changes the text.
   */
  static parse(text: string): JsonEditor {
    const size = utf8Length(text);
    const buffer = withGap(size);
    encodeUtf8To(changetype<usize>(buffer) + <usize>gapOf(size), text);
    return JsonEditor.of(buffer, size);
  }

  /**
   * As `parse`, for bytes, which are copied.
   *
   * @param bytes JSON in UTF-8, without a byte order mark.
   */
  static parseBytes(bytes: ArrayBuffer): JsonEditor {
    const size = bytes.byteLength;
    const buffer = withGap(size);
    memory.copy(changetype<usize>(buffer) + <usize>gapOf(size), changetype<usize>(bytes), size);
    return JsonEditor.of(buffer, size);
  }

  private static of(buffer: ArrayBuffer, size: i32): JsonEditor {
    const editor = new JsonEditor(new GapText(buffer, gapOf(size)));
    const start = changetype<usize>(buffer) + <usize>gapOf(size);
    if (skipSpace(start) == start + <usize>size) return editor;
    const reason = check(start, size);
    if (reason.length != 0) editor.close(reason);
    return editor;
  }

  /**
   * Sets the value at a path. (Go: `sjson.Set`.)
   *
   * @param path The path.
   * @param value A string, a bool, an integer, a float, or a `Json`, which is inserted as it is written. Floats are written
   * without an exponent, as Go does.
   * @returns The editor. It is an error if the path is malformed or has a wildcard, if a name meets an array, if an index
   * is more than 1,024 behind the end of an array, if the path has more than 256 parts, and if JSON has no such value: NaN,
   * an infinite number, a missing `Json`.
   * @example
   * ```ts
   * JsonEditor.parse('{"a":[1]}').set("a.-1", 2).set("b.c", "x").text(); // {"a":[1,2],"b":{"c":"x"}}
   * ```
   */
  set<T>(path: string, value: T): JsonEditor {
    return this.put(path, valueBytes<T>(value));
  }

  /** Sets `null` at a path; as `set`. */
  setNull(path: string): JsonEditor {
    return this.put(path, encodeUtf8("null"));
  }

  /**
   * Sets a value that is written as JSON; otherwise as `set`. (Go: `sjson.SetRaw`.)
   *
   * @param path The path.
   * @param text JSON. It is an error if it is not JSON. White space around the value is dropped.
   * @example
   * ```ts
   * JsonEditor.parse("{}").setRaw("a", "[1, 2]").text(); // {"a":[1, 2]}
   * ```
   */
  setRaw(path: string, text: string): JsonEditor {
    const json = Json.parse(text);
    const error = json.error;
    return error !== null ? this.fail(path, error.message) : this.put(path, json.bytes());
  }

  /**
   * Deletes the member or element at a path, if it exists. (Go: `sjson.Delete`.)
   *
   * @param path The path; `-1` means the last element of an array. It is an error if the path is malformed or has a
   * wildcard.
   * @returns The editor.
   */
  delete(path: string): JsonEditor {
    return this.edit(path, null);
  }

  /**
   * Replaces all existing values that a path of `Json.query` selects: `#.name` and `#(…)#` select in all elements, any
   * other path selects one value. Values that the path makes, such as `#` or the result of a modifier, are not replaced.
   * (Go: `sjson.Set` with such a path.) A plugin that calls `replace` contains the code of `Json.query`.
   *
   * @param path The path in the syntax of `Json.query`.
   * @param value As for `set`.
   * @returns The editor.
   * @example
   * ```ts
   * JsonEditor.parse('[{"a":1},{"a":2}]').replace("#.a", 0).text(); // [{"a":0},{"a":0}]
   * ```
   */
  replace<T>(path: string, value: T): JsonEditor {
    return this.replaceAll(path, valueBytes<T>(value));
  }

  /**
   * Returns the present value at a path of `Json.query`, for reading between edits. Unlike `json()`, this method does not
   * copy the whole text, only the value.
   *
   * @param path The path in the syntax of `Json.query`.
   * @returns The value; a missing value if the path finds nothing, or if the text is not JSON.
   * @example
   * ```ts
   * const edit = JsonEditor.parseBytes(body.bytes());
   * if (!edit.query("user.id").exists()) edit.set("user.id", 0);
   * ```
   */
  query(path: string): Json {
    this.reopen();
    return this.isClosed ? Json.missing() : queryPath(this.source.toJson(), path).copy();
  }

  /** Returns the text. Bytes that are not UTF-8 become U+DC80..U+DCFF. */
  text(): string {
    this.reopen();
    const start = this.source.seek(0);
    return decodeUtf8(start, this.source.length);
  }

  /** Returns the bytes of the text. Call it after the last edit: each use of the editor after it copies the text first. */
  bytes(): ArrayBuffer {
    this.reopen();
    const bytes = this.source.take();
    this.given = bytes;
    return bytes;
  }

  /** Returns the present value, for reading; a missing value if there is none. */
  json(): Json {
    this.reopen();
    return Json.adopt(this.source.toBuffer(PADDING));
  }

  /** Copies the text if the plugin has it, and may have changed it. */
  private reopen(): void {
    const given = this.given;
    if (given === null) return;
    const again = JsonEditor.parseBytes(given);
    this.given = null;
    this.source = again.source;
    this.trail = again.trail;
    if (this.isClosed || !again.isClosed) return;
    this.isClosed = true;
    if (this.error === null) this.error = again.error;
  }

  private close(reason: string): void {
    this.error = new Error(reason);
    this.isClosed = true;
  }

  /** Whether the text is not JSON. */
  private isClosed: bool = false;

  private fail(path: string, reason: string): JsonEditor {
    if (this.error === null) this.error = new Error(path.length != 0 ? path + ": " + reason : reason);
    return this;
  }

  private put(path: string, value: ArrayBuffer): JsonEditor {
    return value.byteLength == 0 ? this.fail(path, "expected a value that JSON has") : this.edit(path, value);
  }

  /** Sets the value at a path, or deletes it if `value` is null. */
  private edit(path: string, value: ArrayBuffer | null): JsonEditor {
    this.reopen();
    if (this.isClosed) return this;
    const parsed = new EditPath(path);
    if (parsed.reason.length != 0) return this.fail(path, parsed.reason);
    const parts = parsed.parts;
    const trail = this.trail;
    let i = trail.resume(path, parts, value === null);
    let from = trail.index;
    let p = skipSpace(this.source.seek(trail.offset));
    while (true) {
      const part = parts[i];
      const isResumed = from >= 0;
      const c: u32 = isResumed ? Byte.OpenBracket : load<u8>(p);
      if (!isOpen(c)) return value === null ? this : this.convert(path, p, parts, i, value);
      let place: Place;
      if (c == Byte.OpenBrace) place = Place.inObject(p, part);
      else {
        place = Place.inArray(isResumed ? p : p + 1, max(from, 0), part.element, value === null && part.appends);
        if (place.found) trail.add(part.from, place.index, this.source.offsetOf(place.start));
      }
      from = -1;
      i++;
      if (!place.found) return value === null ? this : this.insert(path, place, c, parts, i - 1, value);
      p = place.start;
      if (i < parts.length) continue;
      if (value !== null) this.source.replace(place.start, place.end, value);
      else {
        if (c == Byte.OpenBracket) trail.pop();
        this.source.replace(place.deletedFrom(c == Byte.OpenBrace), place.deletedTo(), new ArrayBuffer(0));
      }
      return this;
    }
  }

  /** Replaces a scalar at `p`, or the empty text, by a container for the rest of the path. */
  private convert(path: string, p: usize, parts: EditPart[], i: i32, value: ArrayBuffer): JsonEditor {
    const out = new Bytes();
    const index = parts[i].index;
    out.byte(index < 0 ? Byte.OpenBrace : Byte.OpenBracket);
    if ((index >= 0 && !fill(out, index)) || !build(out, parts, i, index < 0, value)) return this.tooFar(path);
    out.byte(index < 0 ? Byte.CloseBrace : Byte.CloseBracket);
    return this.splice(path, p, load<u8>(p) ? skipValue(p) : p, out);
  }

  /** Adds a member or an element at the end of a container. */
  private insert(path: string, place: Place, open: u32, parts: EditPart[], i: i32, value: ArrayBuffer): JsonEditor {
    const part = parts[i];
    const out = new Bytes();
    if (place.index != 0) out.byte(Byte.Comma);
    if (open == Byte.OpenBracket && !part.appends) {
      if (part.index < 0) return this.fail(path, 'expected index of an array, got "' + part.name + '"');
      if (!fill(out, part.index - place.index)) return this.tooFar(path);
    }
    if (!build(out, parts, i, open == Byte.OpenBrace, value)) return this.tooFar(path);
    return this.splice(path, place.start, place.end, out);
  }

  private tooFar(path: string): JsonEditor {
    return this.fail(path, "index too far behind the end of the array");
  }

  private splice(path: string, start: usize, end: usize, out: Bytes): JsonEditor {
    if (out.overflow) return this.fail(path, "the value is too long");
    this.source.replace(start, end, out.toBuffer());
    return this;
  }

  private replaceAll(path: string, value: ArrayBuffer): JsonEditor {
    this.reopen();
    if (this.isClosed) return this;
    if (value.byteLength == 0) return this.put(path, value);
    this.trail = new Trail();
    const json = this.source.toJson();
    const found = querySources(json, path);
    const start = json.start;
    const base = this.source.offsetOf(skipSpace(this.source.seek(0)));
    let shift = base;
    for (let i = 0; i < found.length; i++) {
      const offset = <i32>(found[i].start - start) + shift;
      const size = <i32>(found[i].end - found[i].start);
      const p = this.source.seek(offset);
      this.source.replace(p, p + <usize>size, value);
      shift += value.byteLength - size;
    }
    return this;
  }
}

/** The size of the gap in the buffer of a text. */
function gapOf(size: i32): i32 {
  return 256 + (size >> 3);
}

/** A buffer for a text of `size` bytes behind a gap. */
function withGap(size: i32): ArrayBuffer {
  return new ArrayBuffer(gapOf(size) + size + PADDING);
}
