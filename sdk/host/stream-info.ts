import type { PluginReply } from "./context.js";
import type { HeaderMap } from "./header-map.js";

/** Where a request goes, as far as plugins can read it. */
export interface RouteInfo {
  name: string;
  /** Absent where the gateway answers itself. */
  cluster?: string;
  virtualHost?: string;
}

/** The connection that a request came on. */
export interface ConnectionInfo {
  id: bigint;
  /** "address:port" of both ends. */
  source: string;
  destination: string;
}

/** What is known of a request besides its parts: the source of properties. */
export class StreamInfo {
  requestHeaders: HeaderMap | undefined;
  responseHeaders: HeaderMap | undefined;
  responseTrailers: HeaderMap | undefined;
  /** "HTTP/1.1" or "HTTP/1.0". */
  protocol = "HTTP/1.1";
  responseCode: number | undefined;
  /** Why the response is what it is: "via_upstream", or a word of the gateway or of a plugin. */
  codeDetails: string | undefined;
  /** The answer that was given in the place of the upstream's, by a plugin or by the gateway. */
  localReply: PluginReply | undefined;
  /** Bytes of bodies. */
  received = 0;
  sent = 0;
  upstreamAddress: string | undefined;
  /** In monotonic nanoseconds, once the stream is over. */
  endedAt: bigint | undefined;
  /** Properties that are what they were said to be, by their whole path: in tests of what this host has not. */
  readonly given = new Map<string, Buffer>();
  /** What plugins keep by `proxy_set_property`, by its whole path. */
  readonly filterState = new Map<string, Buffer>();
  private cached: RouteInfo | undefined;
  private isCached = false;

  constructor(
    /** Wall clock and monotonic nanoseconds when the request began. */
    readonly began: { wall: bigint; monotonic: bigint },
    readonly connection: ConnectionInfo,
    private readonly findRoute: (headers: HeaderMap) => RouteInfo | undefined,
  ) {}

  /** The route, which is looked up once, until `clearRoute`. */
  get route(): RouteInfo | undefined {
    if (!this.isCached && this.requestHeaders) {
      this.cached = this.findRoute(this.requestHeaders);
      this.isCached = true;
    }
    return this.cached;
  }

  clearRoute(): void {
    this.isCached = false;
  }
}
