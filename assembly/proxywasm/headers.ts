import { LogLevel, MapType, Status } from "../abi/enums";
import { encodeUtf8 } from "../abi/utf8";
import { HeaderView } from "./header-view";
import { report, reported, reporter } from "./log";
import { isFraming, isToken, lowerAscii, quoted, valueFault } from "./syntax";
import { statusName } from "./status";

// One view per map type, made when it is first needed.
const views = new StaticArray<HeaderView | null>(8);

function viewOf(map: MapType): HeaderView {
  let view = unchecked(views[map]);
  if (view === null) {
    view = new HeaderView(map);
    unchecked((views[map] = view));
  }
  return view;
}

/**
 * The headers of a request or of a response, in the order in which the gateway holds them.
 *
 * Names are matched without regard to case and read as lower case. The pseudo-headers `:method`, `:scheme`, `:authority`
 * and `:path` (of a request) and `:status` (of a response) are headers like others, except that they cannot be appended
 * or deleted. In a request `host` and `:authority` are one header.
 *
 * A map exists in its own hook only, and, if it ever came, in the stream-done hook. Elsewhere reads find nothing and say
 * so in the log, once; writes return an error. See `available`.
 *
 * What is written is checked first, since Envoy does not: a name must be a token of RFC 9110, a value must not hold
 * control characters but tabs, and `content-length` and `transfer-encoding` are the gateway's: they can be deleted, not
 * written. A refused write returns an error, is logged, and changes nothing.
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
  // In the done hook a map may be missing because the stream ended before it came, which is no mistake of the plugin's.
  private over: bool = false;

  /** @internal */
  constructor(
    protected context: u32,
    protected map: MapType,
  ) {}

  /** Whether the gateway has this map now. */
  get available(): bool {
    return this.view().first(this.pseudoHeader) !== null;
  }

  /**
   * The value of a header; of a repeated one the first, as the gateway holds it: Envoy joins repeats of some headers
   * (`accept`: `"a,b"`) and keeps others apart (`cookie`, `set-cookie`, all that it has no name for).
   *
   * @returns null if there is no such header; "" is a header without a value.
   */
  get(name: string): string | null {
    return this.read(this.normal(name));
  }

  /** The value of a header, or another if there is no such header. */
  getOr(name: string, otherwise: string): string {
    const value = this.get(name);
    return value === null ? otherwise : value;
  }

  /** All values of a header, in order; empty if there is none. */
  getAll(name: string): string[] {
    const key = this.normal(name);
    const found = new Array<string>();
    const pairs = this.view().all();
    if (pairs === null) {
      this.reportMissing();
      return found;
    }
    const bytes = encodeUtf8(key);
    for (let i = 0; i < pairs.count; i++) {
      if (pairs.isNamed(i, bytes)) found.push(pairs.value(i));
    }
    return found;
  }

  /** Whether there is such a header, be it without a value. */
  has(name: string): bool {
    return this.get(name) !== null;
  }

  /** All headers as `[name, value]`, pseudo-headers included, in order. */
  entries(): string[][] {
    const found = new Array<string[]>();
    const pairs = this.view().all();
    if (pairs === null) {
      this.reportMissing();
      return found;
    }
    for (let i = 0; i < pairs.count; i++) found.push([pairs.name(i), pairs.value(i)]);
    return found;
  }

  /**
   * Sets a header to this one value, whatever was there.
   *
   * @returns null, or why it was refused: name or value not allowed, the map is not there, or the stream is over.
   */
  set(name: string, value: string): Error | null {
    const key = this.normal(name);
    const fault = this.fault(key, value);
    if (fault !== null) return this.refused("set", name, fault);
    return this.outcome("set", name, this.view().replace(key, value));
  }

  /**
   * Adds a value, after those that are there. Envoy joins it with a comma to a value of a header that it has a name for
   * (such as `accept`), and keeps it as a second header else.
   *
   * @returns null, or why it was refused: name or value not allowed, a pseudo-header, or the map is not there.
   */
  append(name: string, value: string): Error | null {
    const key = this.normal(name);
    if (key.startsWith(":")) return this.refused("append", name, "a pseudo-header has one value");
    const fault = this.fault(key, value);
    if (fault !== null) return this.refused("append", name, fault);
    return this.outcome("append", name, this.view().add(key, value));
  }

  /**
   * Removes a header with all its values. It is no error if there is none.
   *
   * @returns null, or why it was refused: not a header's name, a pseudo-header (a message cannot be without), or the map
   * is not there.
   */
  delete(name: string): Error | null {
    const key = this.normal(name);
    if (key.startsWith(":")) return this.refused("delete", name, "a message cannot be without this pseudo-header");
    if (!isToken(key)) return this.refused("delete", name, "the name is not a token of RFC 9110");
    return this.outcome("delete", name, this.view().remove(key));
  }

  /** @internal From here on a missing map is nobody's mistake. */
  close(): void {
    this.over = true;
  }

  /** The name for messages. */
  protected abstract get title(): string;

  /** A pseudo-header that every such map has. */
  protected abstract get pseudoHeader(): string;

  /** What forbids to write this pseudo-header, or null. */
  protected abstract pseudoFault(key: string, value: string): string | null;

  /** A name as the gateway holds it. */
  protected normal(name: string): string {
    return lowerAscii(name);
  }

  /** The first value of a header whose name is in the form of `normal`. */
  protected read(key: string): string | null {
    const view = this.view();
    const value = view.first(key);
    if (value === null && view.isMissing) this.reportMissing();
    return value;
  }

  protected view(): HeaderView {
    return viewOf(this.map).of(this.context);
  }

  protected reportMissing(): void {
    if (this.over) return;
    const by = reporter();
    if (by !== null && !by.firstTime(1 << this.map)) return;
    report(LogLevel.Error, this.title + " cannot be read here: they are there in their own hook only");
  }

  /** What forbids to write this, or null. */
  private fault(key: string, value: string): string | null {
    if (key.startsWith(":")) return this.pseudoFault(key, value);
    if (!isToken(key)) return "the name is not a token of RFC 9110";
    if (isFraming(key)) return "only the gateway sets it; delete it, if anything";
    return valueFault(value);
  }

  private outcome(verb: string, name: string, status: Status): Error | null {
    if (status == Status.Ok) return null;
    return this.refused(verb, name, this.view().isLive ? statusName(status) : "the stream is over");
  }

  private refused(verb: string, name: string, why: string): Error {
    return reported(this.title + ": " + verb + " " + quoted(name) + ": " + why);
  }
}
