import { integerText } from "../abi/decimal";
import { quoted } from "../text/quoted";
import { isToken } from "../text/token";
import { isOfCookieValue } from "./cookies";
import { httpDate } from "./http-date";
import { parseIPv4 } from "./ipv4";

/** The beginning of 1601: cookies have no earlier dates. Source: RFC 6265, 5.1.1. */
const FIRST_EXPIRY: i64 = -11_644_473_600_000;
/** The end of 9999: dates of headers have four digits for the year. */
const LAST_EXPIRY: i64 = 253_402_300_799_999;

/**
 * Whether a browser sends a cookie with requests that come from other sites.
 *
 * @example
 * ```ts
 * const cookie = new SetCookie("session", "x");
 * cookie.sameSite = SameSite.Strict;
 * ```
 */
export enum SameSite {
  /** The cookie does not say; the browser decides. */
  Default,
  /** Only with requests that open a page. */
  Lax,
  /** Never. */
  Strict,
  /** Always; browsers require `secure`. */
  None,
}

/**
 * A cookie for a response, written as Go's `http.Cookie`: bytes that are not allowed are left out, so that no value can
 * add an attribute or a header.
 *
 * @example
 * ```ts
 * const cookie = new SetCookie("session", config.name);
 * cookie.path = "/";
 * cookie.maxAge = 3600;
 * cookie.httpOnly = true;
 * cookie.secure = true;
 * cookie.sameSite = SameSite.Lax;
 * const error = cookie.check();
 * if (error !== null) log.error(error.message);
 * else ctx.responseHeaders.append("set-cookie", cookie.toString());
 * ```
 */
export class SetCookie {
  /** The paths that the cookie is for; "" means the folder of the request. */
  path: string = "";
  /** The domain that the cookie is for, subdomains included; "" means only the host of the request. */
  domain: string = "";
  /** When the cookie ends, in milliseconds since 1970 in UTC; `i64.MIN_VALUE` if the cookie has no `Expires`. */
  expiresMs: i64 = i64.MIN_VALUE;
  /** The seconds that the cookie lasts; 0 if it has no `Max-Age`; less than 0 deletes the cookie. */
  maxAge: i64 = 0;
  /** Whether scripts cannot read the cookie. */
  httpOnly: bool = false;
  /** Whether browsers send the cookie with HTTPS only. */
  secure: bool = false;
  sameSite: SameSite = SameSite.Default;
  /** Whether browsers keep the cookie apart for each site that embeds the page; requires `secure`. */
  partitioned: bool = false;
  /** Whether the value is written in quotes. A value with a space or a comma always is. */
  isQuoted: bool = false;

  constructor(
    /** The name, a token of RFC 9110. */
    readonly name: string,
    /** The value: printable ASCII except `"`, `;` and `\`. Encode other text with `encodeQueryComponent`. */
    readonly value: string,
  ) {}

  /** Returns null, or an error that says which part is invalid, as Go's `Cookie.Valid`. */
  check(): Error | null {
    if (!isToken(this.name)) return fault("name: expected a token of RFC 9110, got " + quoted(this.name));
    if (this.expiresMs != i64.MIN_VALUE && !this.expires())
      return fault("expiresMs: expected a year from 1601 to 9999");
    if (onlyValid(this.value, isOfCookieValue) != this.value) {
      return fault('value: expected printable ASCII except ", ; and \\, got ' + quoted(this.value));
    }
    if (onlyValid(this.path, isOfCookiePath) != this.path) {
      return fault("path: expected printable ASCII except ;, got " + quoted(this.path));
    }
    if (this.domain.length > 0 && !isDomain(this.domain)) {
      return fault("domain: expected a domain name or an IPv4 address, got " + quoted(this.domain));
    }
    return this.partitioned && !this.secure ? fault("partitioned: expected secure, too") : null;
  }

  /**
   * Returns the value of the `set-cookie` header, as Go's `Cookie.String`: without an invalid domain or date, and without
   * invalid bytes of value and path. "" if the name is invalid.
   */
  toString(): string {
    if (!isToken(this.name)) return "";
    const value = onlyValid(this.value, isOfCookieValue);
    const quote = this.isQuoted || value.includes(" ") || value.includes(",") ? '"' : "";
    let text = this.name + "=" + quote + value + quote;
    if (this.path.length > 0) text += "; Path=" + onlyValid(this.path, isOfCookiePath);
    if (this.domain.length > 0 && isDomain(this.domain)) {
      text += "; Domain=" + (this.domain.startsWith(".") ? this.domain.substring(1) : this.domain);
    }
    if (this.expires()) text += "; Expires=" + httpDate(this.expiresMs);
    if (this.maxAge != 0) text += "; Max-Age=" + (this.maxAge > 0 ? integerText(this.maxAge) : "0");
    if (this.httpOnly) text += "; HttpOnly";
    if (this.secure) text += "; Secure";
    if (this.sameSite == SameSite.None) text += "; SameSite=None";
    else if (this.sameSite == SameSite.Lax) text += "; SameSite=Lax";
    else if (this.sameSite == SameSite.Strict) text += "; SameSite=Strict";
    return this.partitioned ? text + "; Partitioned" : text;
  }

  private expires(): bool {
    return this.expiresMs >= FIRST_EXPIRY && this.expiresMs <= LAST_EXPIRY;
  }
}

function fault(reason: string): Error {
  return new Error("cookie: " + reason);
}

function isOfCookiePath(c: i32): bool {
  return c >= 0x20 && c < 0x7f && c != 0x3b;
}

/** The characters of a text that are valid. */
function onlyValid(text: string, isValid: (c: i32) => bool): string {
  const length = text.length;
  const kept = __new((<usize>length) << 1, idof<string>());
  let size: usize = 0;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (!isValid(c)) continue;
    store<u16>(kept + size, c);
    size += 2;
  }
  return changetype<string>(kept).substring(0, <i32>(size >> 1));
}

/** Whether a text is a domain name with at least one letter, or an IPv4 address. A dot may precede the name. */
function isDomain(text: string): bool {
  const length = text.length;
  if (parseIPv4(text, 0, length) >= 0) return true;
  if (length > 255) return false;
  let before = 0x2e;
  let hasLetter = false;
  let label = 0;
  for (let i = text.startsWith(".") ? 1 : 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c == 0x2e) {
      if (before == 0x2e || before == 0x2d || label > 63) return false;
      label = 0;
    } else {
      const isLetter = <u32>(c | 0x20) - 0x61 < 26;
      if (!isLetter && c != 0x2d && <u32>c - 0x30 > 9) return false;
      if (c == 0x2d && before == 0x2e) return false;
      hasLetter = hasLetter || isLetter;
      label++;
    }
    before = c;
  }
  return hasLetter && before != 0x2d && label <= 63;
}
