import { decodeUtf8, encodeUtf8 } from "../abi/utf8";
import { lowerAscii, trimmed } from "../text/ascii";
import { MediaType } from "./media-type";

/**
 * A part of a multipart form: a field, or a file. See `Multipart`.
 *
 * @example
 * ```ts
 * const parts = Multipart.parse(body.bytes(), ctx.getOr<string>("boundary", "")).parts;
 * for (let i = 0; i < parts.length; i++) log.info(parts[i].name + (parts[i].isFile ? ": a file" : "=" + parts[i].text()));
 * ```
 */
export class MultipartPart {
  /** The name of the field; "" if the part has none. */
  readonly name: string;
  /** Whether the part has a `filename`, which may be "", or no name. */
  readonly isFile: bool;
  /** The `filename` as the client sent it; "" if the part has none. */
  readonly fileName: string;

  /** @internal Not for plugins. The part is in `buffer` between `start` and `end`; its content begins at `content`. */
  constructor(
    readonly buffer: ArrayBuffer,
    readonly start: i32,
    readonly content: i32,
    readonly end: i32,
  ) {
    const disposition = MediaType.parse(dispositionOf(buffer, start, content));
    const isFormData = disposition.type == "form-data";
    this.name = isFormData ? disposition.getOr("name", "") : "";
    this.fileName = disposition.getOr("filename", "");
    this.isFile = this.name.length == 0 || hasFileName(disposition);
  }

  /**
   * Makes a field.
   *
   * @param name any text
   * @param value any text
   *
   * @example
   * ```ts
   * const form = Multipart.parse(body.bytes(), "x");
   * form.parts.push(MultipartPart.field("by", "the gateway"));
   * body.replace<ArrayBuffer>(form.bytes());
   * ```
   */
  static field(name: string, value: string): MultipartPart {
    const escaped = name
      .replaceAll("\\", "\\\\")
      .replaceAll('"', '\\"')
      .replaceAll("\r", "%0D")
      .replaceAll("\n", "%0A");
    const head = encodeUtf8('Content-Disposition: form-data; name="' + escaped + '"\r\n\r\n');
    const text = encodeUtf8(value);
    const buffer = new ArrayBuffer(head.byteLength + text.byteLength);
    memory.copy(changetype<usize>(buffer), changetype<usize>(head), head.byteLength);
    memory.copy(changetype<usize>(buffer) + head.byteLength, changetype<usize>(text), text.byteLength);
    return new MultipartPart(buffer, 0, head.byteLength, buffer.byteLength);
  }

  /** Returns the content as bytes. */
  bytes(): ArrayBuffer {
    return this.buffer.slice(this.content, this.end);
  }

  /** Returns the content as text; bytes that are not UTF-8 become U+DC80 to U+DCFF, as with `decodeText`. */
  text(): string {
    return decodeUtf8(changetype<usize>(this.buffer) + this.content, this.end - this.content);
  }
}

/** The value of the header `content-disposition`; "" without this header. */
function dispositionOf(buffer: ArrayBuffer, start: i32, content: i32): string {
  const lines = decodeUtf8(changetype<usize>(buffer) + start, content - start).split("\n");
  for (let i = 0; i < lines.length; i++) {
    const colon = lines[i].indexOf(":");
    if (colon < 0 || lowerAscii(trimmed(lines[i].substring(0, colon))) != "content-disposition") continue;
    const pieces = [trimmed(lines[i].substring(colon + 1))];
    // A line that begins with white space continues the line before.
    for (let next = i + 1; next < lines.length && isContinued(lines[next]); next++) pieces.push(trimmed(lines[next]));
    return pieces.join(" ");
  }
  return "";
}

function isContinued(line: string): bool {
  return line.startsWith(" ") || line.startsWith("\t");
}

/** Whether there is a `filename`, also one of RFC 2231: `filename*`, `filename*0`. */
function hasFileName(disposition: MediaType): bool {
  const names = disposition.parameters();
  for (let i = 0; i < names.length; i++) if (names[i] == "filename" || names[i].startsWith("filename*")) return true;
  return false;
}
