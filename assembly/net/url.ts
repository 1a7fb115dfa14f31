import { isDigit, lowerAscii } from "../text/ascii";
import { Authority, isPort } from "./authority";
import { escape, FRAGMENT, hasOnly, HOST, PATH, unescape, USER_INFO } from "./percent";
import { Query } from "./query";

/** PATH and `!'()*[]%`: what a path may have that was encoded by others. Source: `validEncoded` of Go's net/url. */
const ENCODED_PATH: u64 = 0xafffffff2ffffff2;
/** As ENCODED_PATH, and `?`. */
const ENCODED_FRAGMENT: u64 = 0xafffffffaffffff2;

/**
 * A URL, read and written as Go's `net/url` does: the same texts are accepted, and the parts are the same. Fields hold
 * decoded text, except `opaque`, `rawPath`, `rawQuery` and `rawFragment`. Bytes that are not UTF-8 stay as they are (see
 * `decodeText`).
 *
 * @example
 * ```ts
 * const url = Url.parse(json.get("authUrl").string());
 * const error = url.error;
 * if (error !== null) log.error("authUrl: " + error.message);
 * else if (url.scheme != "https") log.error("authUrl: expected https, got " + url.scheme);
 * ```
 */
export class Url {
  /** The reason why `parse` could not read the text, or null. All other fields are empty then. */
  error: Error | null = null;
  /** The scheme in lower case, without its colon; "" for a relative URL. */
  scheme: string = "";
  /** What follows the scheme if no slash does, still encoded: `a@example.com` in `mailto:a@example.com`. */
  opaque: string = "";
  /** Whether the URL has a user, which may be "". */
  hasUser: bool = false;
  username: string = "";
  /** The password; null if the URL has none. */
  password: string | null = null;
  /** The host, with its port if the URL has one. An IPv6 address is in brackets. */
  host: string = "";
  /** Whether the URL has a scheme and a path, and no `//`: `file:/etc/hosts`. */
  omitsHost: bool = false;
  /** The path, decoded. `escapedPath` returns the path encoded. */
  path: string = "";
  /** The path as it was written, if `path` would be encoded differently; otherwise "". */
  rawPath: string = "";
  /** The query without its `?`, still encoded. */
  rawQuery: string = "";
  /** Whether `?` is written although the query is "". */
  forcesQuery: bool = false;
  /** The fragment without its `#`, decoded. */
  fragment: string = "";
  /** The fragment as it was written, if `fragment` would be encoded differently; otherwise "". */
  rawFragment: string = "";

  /**
   * Reads a URL, or a reference to one (`/path?query`, `//host/path`), as Go's `url.Parse`.
   *
   * @returns the URL; `error` says why the text is malformed, for instance `invalid port ":8x" after the host`
   */
  static parse(text: string): Url {
    const mark = text.indexOf("#");
    const url = new Url();
    let error = url.read(mark < 0 ? text : text.substring(0, mark), false);
    if (error === null && mark >= 0) error = url.setFragment(text.substring(mark + 1));
    return error === null ? url : Url.malformed(error);
  }

  /**
   * Reads the target of a request, `/path?query` or a URL with its host, as Go's `url.ParseRequestURI`: a relative path is an
   * error, and `#` is a part of the path.
   *
   * @returns the URL; `error` says why the text is malformed
   *
   * @example
   * ```ts
   * const url = Url.parseRequestUri(ctx.path);
   * if (url.error !== null) ctx.sendResponse(400, [], "the path is malformed");
   * ```
   */
  static parseRequestUri(text: string): Url {
    const url = new Url();
    const error = url.read(text, true);
    return error === null ? url : Url.malformed(error);
  }

  private static malformed(error: Error): Url {
    const url = new Url();
    url.error = error;
    return url;
  }

  /** Reads all parts except the fragment. */
  private read(text: string, isTarget: bool): Error | null {
    for (let i = 0, length = text.length; i < length; i++) {
      const c = text.charCodeAt(i);
      if (c < 0x20 || c == 0x7f) return fault("expected no control character");
    }
    if (text.length == 0 && isTarget) return fault('expected a path that begins with "/", got ""');
    if (text == "*") {
      this.path = "*";
      return null;
    }

    const colon = schemeEnd(text);
    if (colon == 0) return fault("expected a scheme before the colon");
    if (colon > 0) this.scheme = lowerAscii(text.substring(0, colon));
    let rest = text.substring(colon + 1);
    const mark = rest.indexOf("?");
    if (mark >= 0) {
      this.rawQuery = rest.substring(mark + 1);
      this.forcesQuery = this.rawQuery.length == 0;
      rest = rest.substring(0, mark);
    }

    const hasScheme = this.scheme.length > 0;
    if (!rest.startsWith("/")) {
      if (hasScheme) {
        this.opaque = rest;
        return null;
      }
      if (isTarget) return fault('expected a path that begins with "/"');
      if (hasColonInFirstSegment(rest)) return fault("expected no colon in the first segment of a relative path");
    }
    if (rest.startsWith("//") && (hasScheme || (!isTarget && !rest.startsWith("///")))) {
      const slash = rest.indexOf("/", 2);
      const isHttp = this.scheme == "http" || this.scheme == "https";
      const authority = new Authority(slash < 0 ? rest.substring(2) : rest.substring(2, slash), isHttp);
      const reason = authority.fault;
      if (reason !== null) return fault(reason);
      this.hasUser = authority.hasUser;
      this.username = authority.username;
      this.password = authority.password;
      this.host = authority.host;
      rest = slash < 0 ? "" : rest.substring(slash);
    } else if (hasScheme && rest.startsWith("/")) this.omitsHost = true;
    return this.setPath(rest);
  }

  /**
   * Sets `path` and `rawPath` from an encoded path.
   *
   * @returns null, or an error if the path is malformed; the URL is not changed then
   */
  setPath(encoded: string): Error | null {
    const path = unescape(encoded);
    if (path === null) return fault("expected two hexadecimal digits after each % of the path");
    this.path = path;
    this.rawPath = escape(path, PATH) == encoded ? "" : encoded;
    return null;
  }

  /**
   * Sets `fragment` and `rawFragment` from an encoded fragment.
   *
   * @returns null, or an error if the fragment is malformed; the URL is not changed then
   */
  setFragment(encoded: string): Error | null {
    const fragment = unescape(encoded);
    if (fragment === null) return fault("expected two hexadecimal digits after each % of the fragment");
    this.fragment = fragment;
    this.rawFragment = escape(fragment, FRAGMENT) == encoded ? "" : encoded;
    return null;
  }

  /** Returns the path encoded: as it was written if that fits `path`, as Go's `EscapedPath`. */
  escapedPath(): string {
    if (fits(this.rawPath, this.path, ENCODED_PATH)) return this.rawPath;
    return this.path == "*" ? "*" : escape(this.path, PATH);
  }

  /** Returns the fragment encoded: as it was written if that fits `fragment`, as Go's `EscapedFragment`. */
  escapedFragment(): string {
    if (fits(this.rawFragment, this.fragment, ENCODED_FRAGMENT)) return this.rawFragment;
    return escape(this.fragment, FRAGMENT);
  }

  /** Returns the host without its port, and an IPv6 address without its brackets. */
  hostname(): string {
    const colon = portStart(this.host);
    const host = colon < 0 ? this.host : this.host.substring(0, colon);
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length - 1) : host;
  }

  /** Returns the port as text; "" if the URL has none. */
  port(): string {
    const colon = portStart(this.host);
    return colon < 0 ? "" : this.host.substring(colon + 1);
  }

  /** Returns the parameters of the query. */
  query(): Query {
    return Query.parse(this.rawQuery);
  }

  /** Returns what a request for the URL has as its target: the path, or `/`, and the query. As Go's `RequestURI`. */
  requestUri(): string {
    let target = this.opaque;
    if (target.length == 0) target = this.escapedPath();
    else if (target.startsWith("//")) target = this.scheme + ":" + target;
    if (target.length == 0) target = "/";
    return target + this.markedQuery();
  }

  /**
   * Returns the URL as text, as Go's `URL.String`.
   *
   * @example
   * ```ts
   * const url = new Url();
   * url.scheme = "https";
   * url.host = "example.com";
   * url.path = "/a b";
   * url.toString(); // "https://example.com/a%20b"
   * ```
   */
  toString(): string {
    let text = this.scheme.length > 0 ? this.scheme + ":" : "";
    if (this.opaque.length > 0) text += this.opaque;
    else {
      const hasAuthority = this.host.length > 0 || this.hasUser;
      if (hasAuthority || (this.scheme.length > 0 && this.path.length > 0 && !this.omitsHost)) text += "//";
      if (this.hasUser) text += this.userInfo() + "@";
      text += escape(this.host, HOST);
      const path = this.escapedPath();
      if (path.length > 0 && path.charCodeAt(0) != 0x2f && this.host.length > 0) text += "/";
      // A colon in the first segment of a relative path would end a scheme. Source: RFC 3986, 4.2.
      if (text.length == 0 && hasColonInFirstSegment(path)) text = "./";
      text += path;
    }
    text += this.markedQuery();
    return this.fragment.length > 0 ? text + "#" + this.escapedFragment() : text;
  }

  private markedQuery(): string {
    return this.forcesQuery || this.rawQuery.length > 0 ? "?" + this.rawQuery : "";
  }

  private userInfo(): string {
    const name = escape(this.username, USER_INFO);
    const password = this.password;
    return password === null ? name : name + ":" + escape(password, USER_INFO);
  }
}

/** Whether a text as it was written is validly encoded, and is the encoding of a decoded text. */
function fits(raw: string, decoded: string, set: u64): bool {
  if (raw.length == 0 || !hasOnly(raw, set)) return false;
  const again = unescape(raw);
  return again !== null && again == decoded;
}

/** Whether a colon comes before the first slash. */
function hasColonInFirstSegment(path: string): bool {
  const colon = path.indexOf(":");
  const slash = path.indexOf("/");
  return colon >= 0 && (slash < 0 || colon < slash);
}

/** The index of the colon after the scheme; -1 if the text has no scheme. 0 if it begins with the colon. */
function schemeEnd(text: string): i32 {
  for (let i = 0, length = text.length; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c == 0x3a) return i;
    const isLetter = <u32>(c | 0x20) - 0x61 < 26;
    if (!isLetter && (i == 0 || !(isDigit(c) || c == 0x2b || c == 0x2d || c == 0x2e))) return -1;
  }
  return -1;
}

/** The index of the colon before the port of a host, or -1. */
function portStart(host: string): i32 {
  const colon = host.lastIndexOf(":");
  return colon >= 0 && isPort(host, colon + 1) ? colon : -1;
}

function fault(reason: string): Error {
  return new Error("URL: " + reason);
}
