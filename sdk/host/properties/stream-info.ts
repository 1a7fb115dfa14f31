import type { PluginReply } from "../message/local-reply.js";
import type { FilterState } from "./filter-state.js";
import type { HeaderMap } from "../message/header-map.js";
import type { Metadata } from "./metadata.js";

/** Where a request goes, as far as plugins can read it. Its texts hold bytes, see `byteString`. */
export interface RouteInfo {
  name: string;
  /** Absent where the gateway answers itself. */
  cluster?: string;
  virtualHost?: string;
  metadata?: Metadata;
  clusterMetadata?: Metadata;
  virtualHostMetadata?: Metadata;
}

/** A request that no route of its virtual host is for. */
export interface NoRoute {
  name?: never;
  virtualHost: string;
}

/** The connection that a request came on. */
export interface ConnectionInfo {
  id: bigint;
  /** "address:port" of both ends. */
  source: string;
  destination: string;
}

/** What a listener is, as far as plugins can read it. */
export interface ListenerInfo {
  /** 0 for none, 1 for inbound, 2 for outbound. */
  direction?: 0 | 1 | 2;
  metadata?: Metadata;
  filterChainName?: string;
}

/** A connection with what plugins keep for all of its requests. */
export type Connection = ConnectionInfo & { readonly filterState: FilterState };

const states = new WeakMap<ConnectionInfo, FilterState>();

/** What is known of a request besides its parts: the source of properties. */
export class StreamInfo {
  requestHeaders: HeaderMap | undefined;
  responseHeaders: HeaderMap | undefined;
  responseTrailers: HeaderMap | undefined;
  /** "HTTP/1.1" or "HTTP/1.0"; undefined for a connection of TCP. */
  protocol: string | undefined = "HTTP/1.1";
  responseCode: number | undefined;
  /** Why the response is what it is: "via_upstream", or a word of the gateway or of a plugin. */
  codeDetails: string | undefined;
  /** The answer that was given in the place of the upstream's, by a plugin or by the gateway. */
  localReply: PluginReply | undefined;
  /** Bytes of bodies. */
  received = 0;
  sent = 0;
  upstreamAddress: string | undefined;
  /** Gives our end of the upstream's connection, once there is one. */
  upstreamLocal: () => string | undefined = () => undefined;
  upstreamAttempts = 0;
  /** What the transport has said of a connection to the upstream that failed, "" if none did. */
  transportFailure: string | undefined;
  /** Where a connection of TCP leads, once it is on its way there. A request's cluster is that of its route. */
  tcpCluster: string | undefined;
  /** How long it took to have a connection to the upstream, in nanoseconds. */
  upstreamReadyDuration: bigint | undefined;
  /** From the request's last byte to the response's first, in nanoseconds. */
  backendLatency: bigint | undefined;
  /** The host that a plugin wants in the place of those of the cluster, "address:port". Higress only. */
  overrideHost: string | undefined;
  /** Envoy's bits for what went wrong. */
  responseFlags = 0n;
  /** What filters have noted about the request. */
  metadata: Metadata = {};
  listener: ListenerInfo = {};
  /** In monotonic nanoseconds, once the stream is over. */
  endedAt: bigint | undefined;
  /** Properties that are what they were said to be, by their whole path: in tests of what this host has not. */
  readonly given = new Map<string, Buffer>();
  /** What plugins keep by `proxy_set_property`. */
  readonly filterState: FilterState = new Map();
  readonly connection: Connection;
  private found: RouteInfo | NoRoute | undefined;
  private isFound = false;
  private isCurrent = false;

  constructor(
    /** Wall clock and monotonic nanoseconds when the request began. */
    readonly began: { wall: bigint; monotonic: bigint },
    connection: ConnectionInfo,
    private readonly findRoute: (headers: HeaderMap) => RouteInfo | NoRoute | undefined,
  ) {
    let state = states.get(connection);
    if (!state) states.set(connection, (state = new Map() as FilterState));
    this.connection = { ...connection, filterState: state };
  }

  /**
   * The route that was found last: when the request came, or when it went on to its upstream, or was answered. That
   * `clearRoute` was called is not seen before.
   */
  get route(): RouteInfo | undefined {
    const { routing } = this;
    return routing?.name === undefined ? undefined : routing;
  }

  /** The name of the virtual host, also where none of its routes is for the request. */
  get virtualHost(): string | undefined {
    return this.routing?.virtualHost;
  }

  /** Looks the route up where that was not done yet, or may have become another. */
  updateRoute(): void {
    if (this.isCurrent || !this.requestHeaders) return;
    this.found = this.findRoute(this.requestHeaders);
    this.isFound = true;
    this.isCurrent = true;
  }

  get cluster(): string | undefined {
    return this.tcpCluster ?? this.route?.cluster;
  }

  /** Has the route looked up once more, see `route`. */
  clearRoute(): void {
    this.isCurrent = false;
  }

  private get routing(): RouteInfo | NoRoute | undefined {
    if (!this.isFound) this.updateRoute();
    return this.found;
  }

  /** Holds on to a route, whatever the headers say. */
  setRoute(route: RouteInfo | undefined): void {
    this.found = route;
    this.isFound = true;
    this.isCurrent = true;
  }
}
