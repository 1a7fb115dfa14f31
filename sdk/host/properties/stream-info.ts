import type { PluginReply } from "../message/local-reply.js";
import type { FilterState } from "./filter-state.js";
import type { HeaderMap } from "../message/header-map.js";
import type { Metadata } from "./metadata.js";

/** The route of a request, as far as plugins can read it. Strings are byte strings, see `byteString`. */
export interface RouteInfo {
  name: string;
  /** Absent if the gateway sends the response itself. */
  cluster?: string;
  virtualHost?: string;
  metadata?: Metadata;
  clusterMetadata?: Metadata;
  virtualHostMetadata?: Metadata;
  /** Changes the headers of a response; those of a local reply before the plugin's headers are added. */
  changeResponse?(headers: HeaderMap): void;
}

/** The route of a request that matches a virtual host, but none of its routes. */
export interface NoRoute {
  name?: never;
  virtualHost: string;
}

/** The connection of a client. */
export interface ConnectionInfo {
  id: bigint;
  /** "address:port" of both ends. */
  source: string;
  destination: string;
  /** Undefined without TLS. */
  tls?: TlsInfo;
}

/** A connection with TLS, and the gateway's certificate. */
export interface TlsInfo {
  /** Such as "TLSv1.3". */
  version: string;
  /** The subject as RFC 2253 writes it, such as "CN=localhost". */
  subject: string;
  /** The first DNS name of the certificate. */
  dnsName?: string;
  /** The first URI of the certificate. */
  uri?: string;
}

/** A listener, as far as plugins can read it. */
export interface ListenerInfo {
  /** 0 for none, 1 for inbound, 2 for outbound. */
  direction?: 0 | 1 | 2;
  metadata?: Metadata;
  filterChainName?: string;
}

/** A connection, with the states that plugins set for all its requests. */
export type Connection = ConnectionInfo & { readonly filterState: FilterState };

const states = new WeakMap<ConnectionInfo, FilterState>();

/** What the host knows about a request besides its parts. Properties read it. */
export class StreamInfo {
  requestHeaders: HeaderMap | undefined;
  responseHeaders: HeaderMap | undefined;
  responseTrailers: HeaderMap | undefined;
  /** "HTTP/1.1" or "HTTP/1.0"; undefined for a connection of TCP. */
  protocol: string | undefined = "HTTP/1.1";
  responseCode: number | undefined;
  /** Envoy's response code details: "via_upstream", or a word of the gateway or of a plugin. */
  codeDetails: string | undefined;
  /** The local reply, if a plugin or the gateway has sent one. */
  localReply: PluginReply | undefined;
  /** The number of body bytes. */
  received = 0;
  sent = 0;
  upstreamAddress: string | undefined;
  /** Returns the local address of the connection to the upstream, once it is open. */
  upstreamLocal: () => string | undefined = () => undefined;
  upstreamAttempts = 0;
  /** The transport's error of a failed connection to the upstream; "" if no connection failed. */
  transportFailure: string | undefined;
  /** The cluster of a TCP connection, once the gateway connects to it. A request has the cluster of its route. */
  tcpCluster: string | undefined;
  /** How long the connection to the upstream took to open, in nanoseconds. */
  upstreamReadyDuration: bigint | undefined;
  /** The time from the request's last byte to the response's first, in nanoseconds. */
  backendLatency: bigint | undefined;
  /** The host that a plugin chooses instead of the hosts of the cluster, "address:port". Higress only. */
  overrideHost: string | undefined;
  /** See `ResponseFlag`. */
  responseFlags = 0n;
  /** The dynamic metadata of the request. */
  metadata: Metadata = {};
  listener: ListenerInfo = {};
  /** In monotonic nanoseconds, once the stream is over. */
  endedAt: bigint | undefined;
  /** Values that a test presets for properties, by their whole path. */
  readonly presetProperties = new Map<string, Buffer>();
  /** The properties that plugins have set by `proxy_set_property`. */
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
   * The route that was found last: when the request arrived, when it continued to its upstream, or at a local reply. A
   * call of `clearRoute` has no effect before the next of these moments.
   */
  get route(): RouteInfo | undefined {
    const { routing } = this;
    return routing?.name === undefined ? undefined : routing;
  }

  /** The name of the virtual host, even if none of its routes matches the request. */
  get virtualHost(): string | undefined {
    return this.routing?.virtualHost;
  }

  /** Finds the route, unless it is up to date. */
  updateRoute(): void {
    if (this.isCurrent || !this.requestHeaders) return;
    this.found = this.findRoute(this.requestHeaders);
    this.isFound = true;
    this.isCurrent = true;
  }

  get cluster(): string | undefined {
    return this.tcpCluster ?? this.route?.cluster;
  }

  /** Makes the next `updateRoute` find the route again, see `route`. */
  clearRoute(): void {
    this.isCurrent = false;
  }

  private get routing(): RouteInfo | NoRoute | undefined {
    if (!this.isFound) this.updateRoute();
    return this.found;
  }

  /** Sets the route, whatever the headers are. */
  setRoute(route: RouteInfo | undefined): void {
    this.found = route;
    this.isFound = true;
    this.isCurrent = true;
  }
}
