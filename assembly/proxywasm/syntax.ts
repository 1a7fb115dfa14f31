import { integerText } from "../abi/decimal";

// Envoy does not check what a plugin writes: a line break in a value would become a second header at the client. So the SDK
// checks names and values. Source: RFC 9110, 5.5 and 5.6.2.

// Bit c - 32 of word (c - 32) / 32 is set if character c is allowed in a token:
// ! # $ % & ' * + - . ^ _ ` | ~ digits and letters.
const TOKEN_0: u32 = 0x03ff6cfa; // 0x20..0x3f
const TOKEN_1: u32 = 0xc7fffffe; // 0x40..0x5f
const TOKEN_2: u32 = 0x57ffffff; // 0x60..0x7f

/**
 * Whether a text is a token of RFC 9110. Header names and methods must be tokens.
 *
 * @example
 * ```ts
 * const name = json.get("headerName").string();
 * if (!isToken(name)) log.error("headerName: expected a header name");
 * ```
 */
export function isToken(text: string): bool {
  const length = text.length;
  if (length == 0) return false;
  for (let i = 0; i < length; i++) {
    const c = <u32>text.charCodeAt(i);
    if (c < 0x20 || c > 0x7f) return false;
    const word = c < 0x40 ? TOKEN_0 : c < 0x60 ? TOKEN_1 : TOKEN_2;
    if (((word >> (c & 31)) & 1) == 0) return false;
  }
  return true;
}

/**
 * Whether a text may be a header value: it contains no control characters except tabs. A CR or LF would begin another
 * header.
 *
 * @example
 * ```ts
 * const tenant = json.get("tenant").string();
 * if (!isFieldValue(tenant)) log.error("tenant: contains a control character");
 * ```
 */
export function isFieldValue(text: string): bool {
  for (let i = 0, length = text.length; i < length; i++) {
    const c = text.charCodeAt(i);
    if ((c < 0x20 && c != 0x09) || c == 0x7f) return false;
  }
  return true;
}

/** The reason why a text must not be a header value, or null. */
export function valueFault(value: string): string | null {
  return isFieldValue(value) ? null : "the value " + quoted(value) + " contains a control character";
}

/** Whether a header (lower case) decides where a message ends. Source: RFC 9112, 6. */
export function isFraming(name: string): bool {
  return name == "content-length" || name == "transfer-encoding";
}

/** The reason why these headers, `[name, value]` pairs, must not be sent, or null. */
export function headersFault(headers: string[][]): string | null {
  for (let i = 0; i < headers.length; i++) {
    const header = unchecked(headers[i]);
    if (header.length != 2) return "header " + integerText(i) + " is not a pair of name and value";
    const name = unchecked(header[0]);
    const value = unchecked(header[1]);
    if (!isToken(name)) return "header name " + quoted(name) + " is not a token of RFC 9110";
    if (isFraming(lowerAscii(name))) return "header " + name + ": only the gateway sets this header";
    const fault = valueFault(value);
    if (fault !== null) return "header " + name + ": " + fault;
  }
  return null;
}

/** Whether a text is allowed in a request line: not empty, no space, no control character. */
export function isVisible(text: string): bool {
  const length = text.length;
  if (length == 0) return false;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c <= 0x20 || c == 0x7f) return false;
  }
  return true;
}

/** Whether a response may have this status code: 200 to 599. Source: RFC 9110, 15; 1xx are not final. */
export function isFinalStatus(status: i32): bool {
  return status >= 200 && status <= 599;
}

/** As `isFinalStatus`, for a status code as text. */
export function isFinalStatusText(text: string): bool {
  if (text.length != 3) return false;
  const hundreds = text.charCodeAt(0);
  return hundreds >= 0x32 && hundreds <= 0x35 && isDigit(text.charCodeAt(1)) && isDigit(text.charCodeAt(2));
}

/** Whether a response with this status code has no body. Source: RFC 9110, 15.3.5, 15.3.6 and 15.4.5. */
export function hasNoBody(status: string): bool {
  return status == "204" || status == "205" || status == "304";
}

function isDigit(c: i32): bool {
  return c >= 0x30 && c <= 0x39;
}

/**
 * Quotes a text for a log message. Characters other than printable ASCII become \xNN or \uNNNN; the text is cut after 64.
 */
export function quoted(text: string): string {
  let out = '"';
  const length = text.length;
  for (let i = 0; i < length; i++) {
    if (i == 64) return out + '…"';
    const c = text.charCodeAt(i);
    if (c >= 0x20 && c < 0x7f) out += String.fromCharCode(c);
    else if (c < 0x100) out += "\\x" + hex(c >> 4) + hex(c);
    else out += "\\u" + hex(c >> 12) + hex(c >> 8) + hex(c >> 4) + hex(c);
  }
  return out + '"';
}

function hex(digit: i32): string {
  digit &= 15;
  return String.fromCharCode(digit < 10 ? 48 + digit : 87 + digit);
}

/**
 * Converts the letters A to Z to lower case. Use it for names of headers and hosts: `String#toLowerCase` adds its Unicode
 * tables to the module, 8 KB.
 *
 * @returns the converted text; the same string if it has no capitals
 *
 * @example
 * ```ts
 * if (lowerAscii(ctx.host) == "www.example.com") ctx.requestHeaders.set("x-home", "1");
 * ```
 */
export function lowerAscii(text: string): string {
  const length = text.length;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x41 || c > 0x5a) continue;
    const lower = changetype<string>(__new((<usize>length) << 1, idof<string>()));
    for (let j = 0; j < length; j++) {
      const d = text.charCodeAt(j);
      store<u16>(changetype<usize>(lower) + ((<usize>j) << 1), d >= 0x41 && d <= 0x5a ? d | 0x20 : d);
    }
    return lower;
  }
  return text;
}
