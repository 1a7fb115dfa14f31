import { MapType } from "../abi/enums";
import { HOST, isUsed, METHOD, PATH, SCHEME } from "../abi/used";
import { quoted } from "../text/quoted";
import { isToken } from "../text/token";
import { FORWARDED_PROTO, HeaderKey, HOST_NAME, REQUEST_ID } from "./header-key";
import { HeaderView } from "./header-view";
import { Headers } from "./headers";
import { isVisible } from "./syntax";

/**
 * The headers of a request. Some values stay readable after the header map is gone: method, scheme, host and path as
 * they reached this plugin, and the request's id once the plugin has read it.
 */
export class RequestHeaders extends Headers {
  private method: string | null = null;
  private scheme: string | null = null;
  private host: string | null = null;
  private path: string | null = null;
  private id: string | null = null;

  constructor(context: u32) {
    super(context, MapType.RequestHeaders);
  }

  /** A part of the request as it reached this plugin, by its bit; "" if the request has no such part. */
  part(which: i32): string {
    const value = this.keepPart(which);
    if (value !== null) return value;
    this.reportMissing();
    return "";
  }

  /** Reads the parts that any code of the plugin uses, for later hooks: the header map will be gone by then. */
  keepParts(): void {
    if (isUsed(METHOD)) this.keepPart(METHOD);
    if (isUsed(SCHEME)) this.keepPart(SCHEME);
    if (isUsed(HOST)) this.keepPart(HOST);
    if (isUsed(PATH)) this.keepPart(PATH);
  }

  /** The request's `x-request-id`, if the plugin has read it. */
  get knownId(): string | null {
    return this.id;
  }

  protected override read(view: HeaderView, key: HeaderKey): string | null {
    const value = super.read(view, key);
    if (value !== null && key.kind == REQUEST_ID) this.id = value;
    return value;
  }

  protected override beforeSet(key: HeaderKey): void {
    // This write may overwrite a part of the request.
    const which = partOf(key);
    if (isUsed(which)) this.keepPart(which);
  }

  protected override isKept(key: HeaderKey): bool {
    return super.isKept(key) || key.kind == FORWARDED_PROTO;
  }

  protected override beforeReplace(): void {
    this.keepParts();
  }

  protected override get title(): string {
    return "request headers";
  }

  protected override get pseudoHeader(): string {
    return ":method";
  }

  protected override key(view: HeaderView, name: string): HeaderKey {
    const key = view.key(name);
    return key.kind == HOST_NAME ? view.key(":authority") : key;
  }

  protected override pseudoFault(key: HeaderKey, value: string): string | null {
    const which = partOf(key);
    if (which == 0) return "requests have no such pseudo-header";
    if (which == METHOD) {
      // The response to a HEAD has no body, and a CONNECT opens a tunnel. Envoy decides both when the request arrives.
      const sent = this.part(METHOD);
      if (value != sent && (sent == "HEAD" || sent == "CONNECT")) return "a " + sent + " keeps its method";
      if (value == "CONNECT" && value != sent) return "a request cannot become a CONNECT";
    }
    const allowed =
      which == METHOD
        ? isToken(value)
        : which == SCHEME
          ? value == "http" || value == "https"
          : isVisible(value) || (which == HOST && value.length == 0);
    return allowed ? null : "the value " + quoted(value) + " is not allowed";
  }

  /** Returns a part of the request, and reads it first if it is not kept yet. Null if there are no headers to read. */
  private keepPart(which: i32): string | null {
    let value = which == METHOD ? this.method : which == SCHEME ? this.scheme : which == HOST ? this.host : this.path;
    if (value !== null) return value;
    const view = this.view();
    const name = which == METHOD ? ":method" : which == SCHEME ? ":scheme" : which == HOST ? ":authority" : ":path";
    value = view.first(view.key(name));
    if (value === null) {
      if (view.isMissing) return null;
      value = ""; // a CONNECT has no path
    }
    if (which == METHOD) this.method = value;
    else if (which == SCHEME) this.scheme = value;
    else if (which == HOST) this.host = value;
    else this.path = value;
    return value;
  }
}

/** The bit of a pseudo-header; 0 for any other name. */
// @ts-ignore: decorator
@inline
function partOf(key: HeaderKey): i32 {
  return key.kind & (METHOD | SCHEME | HOST | PATH);
}
