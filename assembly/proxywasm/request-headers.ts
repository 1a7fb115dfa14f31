import { MapType } from "../abi/enums";
import { HOST, isUsed, METHOD, PATH, SCHEME } from "../abi/used";
import { Headers } from "./headers";
import { isToken, isVisible, quoted } from "./syntax";

/**
 * The headers of a request, and what of them outlives the map: method, scheme, host and path as the request came, and
 * its id once the plugin has read it.
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

  /** A part of the request as it came, by its bit; "" if it has none. */
  part(which: i32): string {
    const value = this.keepPart(which);
    if (value !== null) return value;
    this.reportMissing();
    return "";
  }

  /** Reads the parts that the plugin's code asks for anywhere: before the map goes, for later hooks. */
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

  override get(name: string): string | null {
    const key = this.normal(name);
    const value = this.read(key);
    if (value !== null && key == "x-request-id") this.id = value;
    return value;
  }

  override set(name: string, value: string): Error | null {
    // A part that is about to be overwritten.
    const which = partOf(this.normal(name));
    if (isUsed(which)) this.keepPart(which);
    return super.set(name, value);
  }

  protected override get title(): string {
    return "request headers";
  }

  protected override get pseudoHeader(): string {
    return ":method";
  }

  protected override normal(name: string): string {
    const key = super.normal(name);
    return key == "host" ? ":authority" : key;
  }

  protected override pseudoFault(key: string, value: string): string | null {
    const which = partOf(key);
    if (which == 0) return "there is no such pseudo-header";
    if (which == METHOD) {
      // What comes back to a HEAD has no body, and a CONNECT is no request: Envoy has decided both when it came.
      const came = this.part(METHOD);
      if (value != came && (came == "HEAD" || came == "CONNECT")) return "a " + came + " request stays one";
      if (value == "CONNECT" && value != came) return "a request cannot become a CONNECT";
    }
    const allowed =
      which == METHOD
        ? isToken(value)
        : which == SCHEME
          ? value == "http" || value == "https"
          : isVisible(value) || (which == HOST && value.length == 0);
    return allowed ? null : "the value " + quoted(value) + " is not allowed there";
  }

  /** A part of the request, read if it is not kept yet; null where there are no headers to read it from. */
  private keepPart(which: i32): string | null {
    let value = which == METHOD ? this.method : which == SCHEME ? this.scheme : which == HOST ? this.host : this.path;
    if (value !== null) return value;
    const view = this.view();
    value = view.first(
      which == METHOD ? ":method" : which == SCHEME ? ":scheme" : which == HOST ? ":authority" : ":path",
    );
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

/** The bit of a pseudo-header; 0 for another name. */
function partOf(key: string): i32 {
  return key == ":method" ? METHOD : key == ":scheme" ? SCHEME : key == ":authority" ? HOST : key == ":path" ? PATH : 0;
}
