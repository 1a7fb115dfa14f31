import { quoted } from "../text/quoted";
import { lowerAscii, trimmed } from "../text/ascii";
import { isToken } from "../text/token";

/** A value with more parameters is an error, since each name is compared with all names before. */
const MOST_PARAMETERS: i32 = 100;

/**
 * A media type with its parameters, as `content-type` has one: `multipart/form-data; boundary=x`. Read as Go's
 * `mime.ParseMediaType`, which reads `content-disposition` too: `form-data; name="a"; filename="b.txt"`. Continued and
 * encoded parameters (RFC 2231: `filename*0`, `filename*`) stay parameters of these names.
 *
 * @example
 * ```ts
 * const type = MediaType.parse(ctx.requestHeaders.getOr("content-type", ""));
 * if (type.type == "multipart/form-data") log.info("boundary: " + type.getOr("boundary", ""));
 * ```
 */
export class MediaType {
  /** The reason why the text is no media type, or null. */
  error: Error | null = null;
  /** The type without its parameters, in lower case; "" if the text is malformed. */
  type: string = "";
  private names: string[] = [];
  private values: string[] = [];

  /**
   * Reads the value of a header.
   *
   * @returns the media type; `error` says why the text is malformed
   *
   * @example
   * ```ts
   * MediaType.parse('Text/HTML; charset="utf-8"').type; // "text/html"
   * ```
   */
  static parse(text: string): MediaType {
    const media = new MediaType();
    const reason = media.read(text);
    if (reason.length == 0) return media;
    const malformed = new MediaType();
    malformed.error = new Error("media type " + quoted(text) + ": " + reason);
    return malformed;
  }

  /** Returns the value of a parameter without its quotes; null if there is no such parameter. `name` is in lower case. */
  get(name: string): string | null {
    const index = this.names.indexOf(name);
    return index < 0 ? null : this.values[index];
  }

  /** Returns the value of a parameter, or `otherwise` if there is no such parameter. `name` is in lower case. */
  getOr(name: string, otherwise: string): string {
    const value = this.get(name);
    return value === null ? otherwise : value;
  }

  /** Returns the names of all parameters in lower case, in their order. */
  parameters(): string[] {
    return this.names.slice();
  }

  /** Returns the reason why the text is malformed; "" if it is not. */
  private read(text: string): string {
    const semicolon = text.indexOf(";");
    this.type = lowerAscii(trimmed(semicolon < 0 ? text : text.substring(0, semicolon)));
    const slash = this.type.indexOf("/");
    const isType = slash < 0 ? isToken(this.type) : isToken(this.type.substring(0, slash));
    if (!isType || (slash >= 0 && !isToken(this.type.substring(slash + 1)))) return "expected type/subtype";
    let at = semicolon < 0 ? text.length : semicolon;
    while (true) {
      // `at` is behind the type or a parameter.
      at = afterSpace(text, at);
      if (at == text.length) return "";
      if (text.charCodeAt(at) != 0x3b) return "expected ; before a parameter";
      at = afterSpace(text, at + 1);
      if (at == text.length) return "";
      at = this.parameter(text, at);
      if (at < 0) return 'expected parameters such as name=value or name="value", each name once';
      if (this.names.length > MOST_PARAMETERS) return "expected 100 parameters at most";
    }
  }

  /** Reads a parameter. Returns the index behind it; -1 if it is malformed. */
  private parameter(text: string, start: i32): i32 {
    let at = afterToken(text, start);
    const name = lowerAscii(text.substring(start, at));
    at = afterSpace(text, at);
    if (name.length == 0 || at == text.length || text.charCodeAt(at) != 0x3d) return -1;
    at = afterSpace(text, at + 1);
    const from = at;
    let value = "";
    if (at < text.length && text.charCodeAt(at) == 0x22) {
      at = closingQuote(text, at + 1);
      if (at < 0) return -1;
      value = unescaped(text, from + 1, at);
      at++;
    } else {
      at = afterToken(text, at);
      if (at == from) return -1;
      value = text.substring(from, at);
    }
    if (this.names.includes(name)) return -1;
    this.names.push(name);
    this.values.push(value);
    return at;
  }
}

function afterSpace(text: string, at: i32): i32 {
  while (at < text.length && (text.charCodeAt(at) == 0x20 || text.charCodeAt(at) == 0x09)) at++;
  return at;
}

function afterToken(text: string, at: i32): i32 {
  while (at < text.length && isToken(text.charAt(at))) at++;
  return at;
}

/** Whether the character at an index is a backslash that escapes the next one. As in Go, one before a letter does not. */
function isEscape(text: string, at: i32): bool {
  if (text.charCodeAt(at) != 0x5c || at + 1 >= text.length) return false;
  const next = text.charCodeAt(at + 1);
  return next < 0x80 && next > 0x20 && next != 0x7f && !isToken(text.charAt(at + 1));
}

/** The index of the quote that ends a quoted value; -1 if no quote ends the value, or if a line break stands before the quote. */
function closingQuote(text: string, at: i32): i32 {
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c == 0x22) return at;
    if (c == 0x0a || c == 0x0d) return -1;
    if (isEscape(text, at)) at++;
  }
  return -1;
}

function unescaped(text: string, start: i32, end: i32): string {
  const pieces: string[] = [];
  let from = start;
  for (let at = start; at < end; at++) {
    if (!isEscape(text, at)) continue;
    pieces.push(text.substring(from, at));
    from = ++at;
  }
  pieces.push(text.substring(from, end));
  return pieces.join("");
}
