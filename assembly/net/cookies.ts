import { trimmed } from "../text/ascii";
import { isToken } from "../text/token";

/** As in Go 1.26: a request with more cookies has none, since each cookie costs memory. */
const MOST_COOKIES: i32 = 3000;

/**
 * The cookies of a request, read as Go's `Request.Cookies`: a part that is malformed is skipped, quotes around a value are
 * removed, and nothing is percent-decoded.
 *
 * @example
 * ```ts
 * const cookies = Cookies.parse(ctx.requestHeaders.getAll("cookie"));
 * const session = cookies.get("session");
 * if (session === null) ctx.sendResponse(401, [], "no session");
 * ```
 */
export class Cookies {
  private names: string[] = [];
  private values: string[] = [];

  /**
   * Reads all `cookie` headers of a request. If they have more than 3000 cookies, the result has none, as in Go.
   *
   * @param headers all values of the header, as `getAll` returns them
   */
  static parse(headers: string[]): Cookies {
    const cookies = new Cookies();
    let count = headers.length;
    for (let i = 0; i < headers.length; i++) {
      const header = headers[i];
      for (let j = 0, length = header.length; j < length; j++) if (header.charCodeAt(j) == 0x3b) count++;
    }
    if (count > MOST_COOKIES) return cookies;
    for (let i = 0; i < headers.length; i++) {
      const parts = headers[i].split(";");
      for (let j = 0; j < parts.length; j++) cookies.read(trimmed(parts[j]));
    }
    return cookies;
  }

  private read(part: string): void {
    const mark = part.indexOf("=");
    const name = mark < 0 ? part : trimmed(part.substring(0, mark));
    if (!isToken(name)) return;
    let value = mark < 0 ? "" : part.substring(mark + 1);
    if (value.length > 1 && value.startsWith('"') && value.endsWith('"')) value = value.substring(1, value.length - 1);
    for (let i = 0, length = value.length; i < length; i++) if (!isOfCookieValue(value.charCodeAt(i))) return;
    this.names.push(name);
    this.values.push(value);
  }

  /** Returns the first value of a cookie; null if the request has no such cookie. Names compare with case. */
  get(name: string): string | null {
    const index = this.names.indexOf(name);
    return index < 0 ? null : this.values[index];
  }

  /** Returns all values of a cookie, in their order. A client may send a name several times, for different paths. */
  getAll(name: string): string[] {
    const values: string[] = [];
    for (let i = 0; i < this.names.length; i++) if (this.names[i] == name) values.push(this.values[i]);
    return values;
  }

  /** Returns all cookies as `[name, value]`, in their order. */
  entries(): string[][] {
    const entries: string[][] = [];
    for (let i = 0; i < this.names.length; i++) entries.push([this.names[i], this.values[i]]);
    return entries;
  }
}

/** Whether a cookie value may have a character: printable ASCII except `"`, `;` and `\`. */
export function isOfCookieValue(c: i32): bool {
  return c >= 0x20 && c < 0x7f && c != 0x22 && c != 0x3b && c != 0x5c;
}
