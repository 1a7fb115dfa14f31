import { integerText } from "../abi/decimal";
import { LogLevel, MapType, Status } from "../abi/enums";
import { encodePairs, isReadable } from "../abi/pairs";
import { decodeUtf8 } from "../abi/utf8";
import { quoted } from "../text/quoted";
import { FRAMING, HeaderKey, NOT_TOKEN, PSEUDO } from "./header-key";
import { BAD_VALUE, HeaderView, viewOf } from "./header-view";
import { endToEndHeaders } from "./hop-by-hop";
import { report, reported, reporter } from "./log";
import { valueFault } from "./syntax";
import { statusName } from "./status";

/** The kinds of headers that a plugin must not write, or not with every value. */
const RESTRICTED = PSEUDO | NOT_TOKEN | FRAMING;

/**
 * The headers or trailers of a request or of a response, in the order in which the gateway has them.
 *
 * Names are case-insensitive; `entries()` returns them in lower case. The pseudo-headers `:method`, `:scheme`, `:authority`
 * and `:path` (of a request) and `:status` (of a response) are headers like others, except that they cannot be appended
 * or deleted. In a request `host` and `:authority` are the same header.
 *
 * A header map exists in its own hook, while the gateway holds the headers, and in the stream-done hook if the headers
 * ever arrived. Elsewhere a read finds nothing and logs an error, once; a write returns an error. See `available`.
 *
 * Writes are checked, because Envoy does not check them. A name must be a token of RFC 9110. A value must not contain
 * control characters except tabs. `content-length` and `transfer-encoding` belong to the gateway: a plugin can delete
 * them, but not write them. A failed write returns an error, logs it, and changes nothing.
 *
 * Bytes that are not UTF-8 are read as the characters U+DC80 to U+DCFF, and written back as the same bytes.
 *
 * @example
 * ```ts
 * const user = ctx.requestHeaders.get("x-user");
 * if (user === null) ctx.requestHeaders.set("x-user", "anonymous");
 * ```
 */
export abstract class Headers {
  // In the stream-done hook a map may be missing because the stream ended before its headers arrived. That is no mistake
  // of the plugin.
  private over: bool = false;

  /** @internal */
  constructor(
    protected context: u32,
    protected map: MapType,
  ) {}

  /** Whether the gateway has this header map now. */
  get available(): bool {
    const view = this.view();
    return view.has(view.key(this.pseudoHeader));
  }

  /**
   * Returns the value of a header, or the first of several values. Envoy joins the values of some headers into one
   * (`accept`: `"a,b"`), and keeps the values of others apart (`cookie`, `set-cookie`, headers that Envoy does not know).
   *
   * @returns null if there is no such header; "" for a header without a value
   */
  get(name: string): string | null {
    const view = this.view();
    return this.read(view, this.key(view, name));
  }

  /** Returns the first value of a header, or `otherwise` if there is no such header. */
  getOr(name: string, otherwise: string): string {
    const value = this.get(name);
    return value === null ? otherwise : value;
  }

  /** Returns all values of a header, in order; an empty array if there is no such header. */
  getAll(name: string): string[] {
    const view = this.view();
    return this.valuesOf(view, this.key(view, name));
  }

  /** Whether there is such a header, with or without a value. */
  has(name: string): bool {
    const view = this.view();
    const isThere = view.has(this.key(view, name));
    if (!isThere && view.isMissing) this.reportMissing();
    return isThere;
  }

  /** Returns all headers as `[name, value]`, pseudo-headers included, in order. */
  entries(): string[][] {
    const pairs = this.view().all();
    if (pairs !== null) return pairs.list();
    this.reportMissing();
    return new Array<string[]>();
  }

  /**
   * Returns the headers that may be sent on in a call, as `[name, value]`, in order. Headers about this message's connection
   * and body are left out: pseudo-headers, `content-length`, `transfer-encoding`, the names of RFC 9110, 7.6.1, and names
   * that a `connection` header lists.
   *
   * @example
   * ```ts
   * const auth = new HttpClient(new FQDNCluster("auth.dns", 80));
   *
   * function askAuth(ctx: HttpContext, config: Config): Action {
   *   const headers = ctx.requestHeaders.forwardable();
   *   headers.push(["x-original-path", ctx.path]);
   *   const error = auth.post<Config>(ctx, config, "/check", headers, "", onChecked);
   *   if (error !== null) ctx.sendResponse(503, [], "not checked");
   *   return Action.Pause;
   * }
   *
   * function onChecked(ctx: HttpContext, config: Config, response: HttpResponse, log: Log): void {
   *   if (response.status == 200) ctx.resumeRequest();
   *   else ctx.sendResponse(403, [], "not allowed");
   * }
   * ```
   */
  forwardable(): string[][] {
    return endToEndHeaders(this.entries());
  }

  /**
   * Sets a header to one value, which replaces all earlier values.
   *
   * @returns null, or an error: name or value not allowed, the map does not exist now, or the stream is over
   */
  set(name: string, value: string): Error | null {
    const view = this.view();
    const key = this.key(view, name);
    this.beforeSet(key);
    if (key.kind & RESTRICTED) {
      const fault = this.fault(key, value);
      if (fault !== null) return this.failed("set", name, fault);
    }
    const status = view.replace(key, value);
    return status == Status.Ok ? null : this.refused("set", name, value, status);
  }

  /**
   * Adds a value after the existing values. For a header that Envoy knows (such as `accept`), Envoy joins the values with a
   * comma. For others, Envoy keeps a second header.
   *
   * @returns null, or an error: name or value not allowed, a pseudo-header, or the map does not exist now
   */
  append(name: string, value: string): Error | null {
    const view = this.view();
    const key = this.key(view, name);
    if (key.kind & PSEUDO) return this.failed("append", name, "a pseudo-header has one value");
    if (key.kind & RESTRICTED) {
      const fault = this.fault(key, value);
      if (fault !== null) return this.failed("append", name, fault);
    }
    const status = view.add(key, value);
    return status == Status.Ok ? null : this.refused("append", name, value, status);
  }

  /**
   * Removes all values of a header. Removing a header that does not exist is no error.
   *
   * @returns null, or an error: the name is not a token, a pseudo-header (messages need them), or the map does not exist
   * now
   */
  delete(name: string): Error | null {
    const view = this.view();
    const key = this.key(view, name);
    if (key.kind & PSEUDO) return this.failed("delete", name, "a message needs its pseudo-headers");
    if (key.kind & NOT_TOKEN) return this.failed("delete", name, "the name is not a token of RFC 9110");
    const status = view.remove(key);
    return status == Status.Ok ? null : this.refused("delete", name, "", status);
  }

  /**
   * Replaces all headers at once.
   *
   * @param headers `[name, value]` pairs, at most 1024, 1 MiB in all. Names may repeat. Pseudo-headers and
   * `x-forwarded-proto`, without which Envoy finds no route, may not repeat, and keep their values if they are not given;
   * the message must have them. `content-length` and `transfer-encoding` may only be among them
   * with their present values, as in the result of `entries()`; without them the gateway sends the body in chunks.
   * @returns null, or an error, which is also logged: a name or a value is not allowed, or the map does not exist now. Then
   * no header has changed.
   *
   * @example
   * ```ts
   * const kept = ctx.requestHeaders.entries().filter((header) => !header[0].startsWith("x-internal-"));
   * ctx.requestHeaders.replaceAll(kept);
   * ```
   */
  replaceAll(headers: string[][]): Error | null {
    const view = this.view();
    const present = view.all();
    if (present === null) return this.failed("replace", "all headers", this.whyNot(Status.BadArgument));
    const pairs: string[][] = [];
    for (let i = 0; i < present.count; i++) {
      const name = present.name(i);
      if (this.isKept(view.key(name))) pairs.push([name, present.value(i)]);
    }
    const kept = pairs.length;
    const given = new Array<bool>(kept);
    for (let i = 0; i < headers.length; i++) {
      const header = unchecked(headers[i]);
      if (header.length != 2)
        return this.failed("replace", "header " + integerText(i), "it is not a pair of name and value");
      const name = unchecked(header[0]);
      const value = unchecked(header[1]);
      const key = this.key(view, name);
      const lower = decodeUtf8(key.bytes, key.size);
      let fault = key.kind & FRAMING ? this.framingFault(view, key, value) : this.fault(key, value);
      if (fault === null) fault = valueFault(value);
      if (fault !== null) return this.failed("replace", name, fault);
      if (!this.isKept(key)) {
        pairs.push([lower, value]);
        continue;
      }
      let at = 0;
      while (at < kept && unchecked(unchecked(pairs[at])[0]) != lower) at++;
      if (at == kept) return this.failed("replace", name, "the message does not have this header");
      if (unchecked(given[at])) return this.failed("replace", name, "this header has one value");
      unchecked((given[at] = true));
      pairs.push([lower, value]);
    }
    const inOrder: string[][] = [];
    for (let i = 0; i < pairs.length; i++) if (i >= kept || !unchecked(given[i])) inOrder.push(unchecked(pairs[i]));
    const bytes = encodePairs(inOrder);
    if (!isReadable(inOrder.length, bytes))
      return this.failed("replace", "all headers", "more than 1024 headers, or more than 1 MiB of them");
    this.beforeReplace();
    const status = this.view().replaceAll(bytes);
    return status == Status.Ok ? null : this.failed("replace", "all headers", this.whyNot(status));
  }

  /** @internal The reason why `set` would reject a header, or null. */
  check(name: string, value: string): string | null {
    const fault = this.fault(this.key(this.view(), name), value);
    return fault === null ? valueFault(value) : fault;
  }

  /** @internal Called when the stream ends: from now on reads of a missing map are not reported. */
  close(): void {
    this.over = true;
  }

  /** The name of the map in log messages. */
  protected abstract get title(): string;

  /** A pseudo-header that every such map has. */
  protected abstract get pseudoHeader(): string;

  /** The reason why this pseudo-header must not be written, or null. */
  protected abstract pseudoFault(key: HeaderKey, value: string): string | null;

  /** Whether a header stays when all headers are replaced without it. */
  protected isKept(key: HeaderKey): bool {
    return (key.kind & PSEUDO) != 0;
  }

  /** Called before a header is set. */
  protected beforeSet(key: HeaderKey): void {}

  /** Called before all headers are replaced. */
  protected beforeReplace(): void {}

  /** The key of a header name in the gateway's spelling. It is valid until the next key is made. */
  protected key(view: HeaderView, name: string): HeaderKey {
    return view.key(name);
  }

  /** The first value of a header. */
  protected read(view: HeaderView, key: HeaderKey): string | null {
    const value = view.first(key);
    if (value === null && view.isMissing) this.reportMissing();
    return value;
  }

  protected view(): HeaderView {
    return viewOf(this.map, this.context);
  }

  protected reportMissing(): void {
    if (this.over) return;
    const by = reporter();
    if (by !== null && !by.firstTime(1 << this.map)) return;
    report(LogLevel.Error, this.title + " cannot be read here: read them in their own hook");
  }

  private valuesOf(view: HeaderView, key: HeaderKey): string[] {
    const found = new Array<string>();
    const pairs = view.all();
    if (pairs === null) {
      this.reportMissing();
      return found;
    }
    const bytes = key.bytes;
    const size = key.size;
    for (let i = pairs.find(bytes, size); i >= 0; i = pairs.find(bytes, size, i + 1)) found.push(pairs.value(i));
    return found;
  }

  /** The reason why this header must not be written, or null. The value of a pseudo-header is checked too. */
  private fault(key: HeaderKey, value: string): string | null {
    const kind = key.kind;
    if ((kind & RESTRICTED) == 0) return null;
    if (kind & PSEUDO) return this.pseudoFault(key, value);
    if (kind & NOT_TOKEN) return "the name is not a token of RFC 9110";
    return "only the gateway sets this header; it can be deleted";
  }

  /** The reason why a header about the length of the message must not be among the new headers, or null. */
  private framingFault(view: HeaderView, key: HeaderKey, value: string): string | null {
    const present = this.valuesOf(view, key);
    return present.length == 1 && present[0] == value ? null : "only the gateway sets this header";
  }

  /** The error of a write that the view or the host has rejected. */
  private refused(verb: string, name: string, value: string, status: Status): Error {
    if (status != BAD_VALUE) return this.failed(verb, name, this.whyNot(status));
    const fault = valueFault(value);
    return this.failed(verb, name, fault === null ? "" : fault);
  }

  /** The reason why the host has rejected a write. */
  private whyNot(status: Status): string {
    return this.view().isLive ? statusName(status) : "the stream is over";
  }

  private failed(verb: string, name: string, why: string): Error {
    return reported(this.title + ": " + verb + " " + quoted(name) + ": " + why);
  }
}
