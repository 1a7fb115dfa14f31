// The characters of headers. Source: RFC 9110, 5.5 and 5.6.2.

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
    if (!isTokenByte(text.charCodeAt(i))) return false;
  }
  return true;
}

/** Whether a character may be in a token. */
// @ts-ignore: decorator
@inline
export function isTokenByte(c: u32): bool {
  if (c < 0x20 || c > 0x7f) return false;
  const word = c < 0x40 ? TOKEN_0 : c < 0x60 ? TOKEN_1 : TOKEN_2;
  return ((word >> (c & 31)) & 1) != 0;
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
