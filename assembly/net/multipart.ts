import { encodeUtf8 } from "../abi/utf8";
import { Delimiters } from "./multipart-delimiters";
import { MultipartPart } from "./multipart-part";

/** A form with more parts is an error, since each part costs memory. */
const MOST_PARTS: i32 = 10000;
/** Source: RFC 2046, 5.1.1. */
const LONGEST_BOUNDARY: i32 = 70;

/**
 * A multipart form (`multipart/form-data`, RFC 7578). Parts that a plugin does not change keep their headers and their
 * content, byte for byte, so files pass unchanged.
 *
 * @example
 * ```ts
 * const form = Multipart.parse(body.bytes(), ctx.getOr<string>("boundary", ""));
 * if (form.error === null) {
 *   form.parts.push(MultipartPart.field("by", "the gateway"));
 *   body.replace<ArrayBuffer>(form.bytes());
 * }
 * ```
 */
export class Multipart {
  /** The reason why the bytes are no multipart form, or null. `parts` is empty then. */
  error: Error | null = null;
  /** The parts in their order. A plugin may remove, replace and add parts. */
  parts: MultipartPart[] = [];

  /** @internal Not for plugins, they use `Multipart.parse`. */
  constructor(private boundary: string) {}

  /**
   * Reads a form. What stands before the first part and behind the last one is no part of the form, and `bytes` leaves it
   * out.
   *
   * @param bytes the body
   * @param boundary the parameter `boundary` of the content type, 1 to 70 characters
   * @returns the form; `error` says why the body is malformed: its end is missing, a part has no headers, a line ends with
   * LF only, or the form has more than 10,000 parts
   *
   * @example
   * ```ts
   * const form = Multipart.parse(body.bytes(), "x");
   * const user = form.get("user");
   * ```
   */
  static parse(bytes: ArrayBuffer, boundary: string): Multipart {
    const form = new Multipart(boundary);
    const reason = form.read(bytes);
    if (reason.length == 0) return form;
    form.error = new Error("multipart form: " + reason);
    form.parts = [];
    return form;
  }

  /** Returns the first value of a field as text; null if the form has no such field. A file is no field. */
  get(name: string): string | null {
    for (let i = 0; i < this.parts.length; i++) {
      if (!this.parts[i].isFile && this.parts[i].name == name) return this.parts[i].text();
    }
    return null;
  }

  /** Returns all fields as `[name, value]`, in their order. Files are left out. */
  fields(): string[][] {
    const fields: string[][] = [];
    for (let i = 0; i < this.parts.length; i++) {
      if (!this.parts[i].isFile) fields.push([this.parts[i].name, this.parts[i].text()]);
    }
    return fields;
  }

  /**
   * Replaces all fields, and keeps all files. The fields come first, in the given order: some upstreams expect the file
   * last. A field with the name and the value of an old field keeps that field's headers.
   *
   * @param fields `[name, value]` pairs, as `fields` returns them
   *
   * @example
   * ```ts
   * const form = Multipart.parse(body.bytes(), "x");
   * form.setFields(form.fields().filter((field) => field[0] != "debug"));
   * body.replace<ArrayBuffer>(form.bytes());
   * ```
   */
  setFields(fields: string[][]): void {
    const old = new Map<string, MultipartPart>();
    const files: MultipartPart[] = [];
    for (let i = 0; i < this.parts.length; i++) {
      const part = this.parts[i];
      if (part.isFile) files.push(part);
      else old.set(keyOf(part.name, part.text()), part);
    }
    this.parts = [];
    for (let i = 0; i < fields.length; i++) {
      const name = fields[i][0];
      const value = fields[i][1];
      const key = keyOf(name, value);
      this.parts.push(old.has(key) ? old.get(key) : MultipartPart.field(name, value));
    }
    this.parts = this.parts.concat(files);
  }

  /** Returns the form as bytes. */
  bytes(): ArrayBuffer {
    const delimiter = encodeUtf8("--" + this.boundary + "\r\n");
    let size = 2;
    for (let i = 0; i < this.parts.length; i++) size += delimiter.byteLength + sizeOf(this.parts[i]) + 2;
    const end = encodeUtf8("--" + this.boundary + "--\r\n");
    const bytes = new ArrayBuffer(size - 2 + end.byteLength);
    let out = changetype<usize>(bytes);
    for (let i = 0; i < this.parts.length; i++) {
      const part = this.parts[i];
      memory.copy(out, changetype<usize>(delimiter), delimiter.byteLength);
      out += delimiter.byteLength;
      memory.copy(out, changetype<usize>(part.buffer) + part.start, sizeOf(part));
      out += sizeOf(part);
      store<u16>(out, 0x0a0d);
      out += 2;
    }
    memory.copy(out, changetype<usize>(end), end.byteLength);
    return bytes;
  }

  /** Returns the reason why the bytes are malformed; "" if they are not. */
  private read(bytes: ArrayBuffer): string {
    const length = this.boundary.length;
    if (length == 0 || length > LONGEST_BOUNDARY) return "expected a boundary of 1 to 70 characters";
    const delimiters = new Delimiters(bytes, this.boundary);
    if (!delimiters.next()) return "expected a line with the boundary";
    while (!delimiters.isLast) {
      const start = delimiters.after;
      if (!delimiters.next()) return "expected a line with the boundary and -- at the end";
      const content = delimiters.contentAt(start);
      if (content < 0) return "expected headers and an empty line at the beginning of each part";
      if (this.parts.length == MOST_PARTS) return "expected 10000 parts at most";
      this.parts.push(new MultipartPart(bytes, start, content, max(content, delimiters.before)));
    }
    return "";
  }
}

/** A text for a name and a value. No two pairs have the same text. */
function keyOf(name: string, value: string): string {
  return name.length.toString() + ":" + name + value;
}

function sizeOf(part: MultipartPart): i32 {
  return part.end - part.start;
}
