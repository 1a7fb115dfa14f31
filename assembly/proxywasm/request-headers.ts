import { MapType } from "../abi/enums";
import { Headers } from "./headers";

/** The parts of a request that every hook may ask for, as bits. */
export const METHOD = 1;
export const SCHEME = 2;
export const HOST = 4;
export const PATH = 8;

// Which parts the plugin's code asks for at all. The transform lowers it to what was compiled.
let usedParts: i32 = 15;

/**
 * The headers of a request, and what of them outlives the map: method, scheme, host and path as the request came, and
 * its id once somebody has read it.
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

  /** A part of the request as it came; "" if it has none. */
  part(which: i32): string {
    let value = this.kept(which);
    if (value === null) {
      value = this.read(
        which == METHOD ? ":method" : which == SCHEME ? ":scheme" : which == HOST ? ":authority" : ":path",
      );
      if (value === null) return "";
      if (which == METHOD) this.method = value;
      else if (which == SCHEME) this.scheme = value;
      else if (which == HOST) this.host = value;
      else this.path = value;
    }
    return value;
  }

  /** Reads the parts that the plugin's code asks for anywhere: before the map goes, for later hooks. */
  keepParts(): void {
    if (usedParts & METHOD) this.part(METHOD);
    if (usedParts & SCHEME) this.part(SCHEME);
    if (usedParts & HOST) this.part(HOST);
    if (usedParts & PATH) this.part(PATH);
  }

  /** The request's `x-request-id`, if the plugin has read it. */
  get knownId(): string | null {
    return this.id;
  }

  override get(name: string): string | null {
    const value = super.get(name);
    if (name == "x-request-id") this.id = value;
    return value;
  }

  override set(name: string, value: string): Error | null {
    const key = this.normal(name);
    if (key.startsWith(":")) this.keepPart(key);
    return super.set(name, value);
  }

  /** Reads a part that is about to be overwritten, if the plugin's code asks for it anywhere. */
  private keepPart(key: string): void {
    const which =
      key == ":method" ? METHOD : key == ":scheme" ? SCHEME : key == ":authority" ? HOST : key == ":path" ? PATH : 0;
    if (usedParts & which) this.part(which);
  }

  private kept(which: i32): string | null {
    if (which == METHOD) return this.method;
    if (which == SCHEME) return this.scheme;
    return which == HOST ? this.host : this.path;
  }
}
