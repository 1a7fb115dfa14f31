/** The listeners and clusters of a gateway. A real Envoy and the Node gateway both take this spec. */
export interface GatewaySpec {
  listeners: (ListenerSpec | TcpListenerSpec)[];
  clusters?: ClusterSpec[];
}

/** The fields of every listener: a port with a chain of plugins. */
interface AnyListenerSpec<Plugin> {
  /** The name for `RunningEnvoy.port(name)` and `Gateway.port(name)`. */
  name: string;
  /** The port; 0 for any free port, which is the default. */
  port?: number;
  /** The plugins in the order in which requests, or the bytes of clients, pass through them. */
  plugins?: Plugin[];
  /** Spreads connections evenly over Envoy's workers. By default, any free worker takes a connection. */
  balanced?: true;
}

/** A port for HTTP with a routing table. */
export interface ListenerSpec extends AnyListenerSpec<PluginSpec> {
  /** The routes. The first match wins among the routes with the most specific domain that matches the host. */
  routes: RouteSpec[];
  /** The host of a request matches the domains of the routes without its port. */
  ignorePortInHostMatching?: boolean;
  /**
   * The gateway normalizes the path of a request, without the query, before plugins and routes see the path: Envoy's
   * `normalize_path`. False by default, as in Envoy; Istio and Higress set true.
   */
  normalizePath?: boolean;
  /** Slashes that follow each other in the path become one, after `normalizePath`. False by default. */
  mergeSlashes?: boolean;
  /** `%2F` and `%5C` in the path become `/` and `\`, before `normalizePath`. By default, both stay. */
  pathWithEscapedSlashesAction?: "KEEP_UNCHANGED" | "UNESCAPE_AND_FORWARD";
  /** The file for the access log, with one line per request; no access log by default. */
  accessLog?: string;
  /** Envoy's `per_connection_buffer_limit_bytes`: how many bytes of a body filters may buffer. 1 MiB by default. */
  bufferLimitBytes?: number;
  /** Filters of Envoy itself between the plugins. The Node gateway does not have them. */
  envoyFilters?: EnvoyFilterSpec[];
  /**
   * Set this for a gateway that clients connect to directly. The gateway then trusts no headers about the client:
   * `source.address` is the address of the connection. The gateway adds this address to x-forwarded-for (the machine's
   * own address when the client is on the same machine), sends it in x-envoy-external-address, and sets
   * x-forwarded-proto and x-request-id itself. By default, `source.address` is the last address in x-forwarded-for, and
   * the gateway passes these headers on.
   */
  useRemoteAddress?: boolean;
  /**
   * The number of trusted proxies in front of the gateway: how many addresses further left in x-forwarded-for count. 0
   * by default.
   */
  xffNumTrustedHops?: number;
  /**
   * The gateway adds neither x-envoy-expected-rq-timeout-ms to requests nor x-envoy-upstream-service-time to responses.
   * Such headers of clients and upstreams stay. Calls of plugins have both headers in any case.
   */
  suppressEnvoyHeaders?: boolean;
  /** Whether the gateway adds x-request-id to requests without one; true by default. */
  generateRequestId?: boolean;
  /** With `useRemoteAddress`: a request keeps the x-request-id of its client. */
  preserveExternalRequestId?: boolean;
  /** The gateway adds the request's x-request-id to the response, after the plugins. */
  alwaysSetRequestIdInResponse?: boolean;
  /** Serves TLS with this certificate, with HTTP/2 or HTTP/1.1 as the client chooses by ALPN. Without it, plain text. */
  tls?: TlsSpec;
  /**
   * The protocols that a request may switch to, such as "websocket"; "CONNECT" allows the method CONNECT. None by
   * default.
   */
  upgrades?: string[];
}

/** A server's certificate and its private key, both as PEM. */
export interface TlsSpec {
  /** The certificate, followed by the certificates of its issuers. */
  certificate: string;
  key: string;
}

/** A filter of Envoy itself. */
export interface EnvoyFilterSpec {
  /** Such as "envoy.filters.http.lua". */
  name: string;
  /** The filter's configuration, with its "@type". */
  typedConfig: object;
  /** The name of the plugin behind the filter. By default, the filter comes after all plugins. */
  before?: string;
}

/**
 * A port for TCP: plugins are network filters, and connections lead to one cluster. The plugins cannot have `ecds`.
 *
 * @example
 * const listener: TcpListenerSpec = { name: "tcp", plugins: [{ name: "sniffer", wasm: "plugin.wasm" }], tcp: "database" };
 */
export interface TcpListenerSpec extends AnyListenerSpec<PluginSpec & { ecds?: never }> {
  /** The cluster that connections lead to. */
  tcp: string;
}

/**
 * A route. It has one of `prefix`, `pathSeparatedPrefix`, `path`, `regex` and `connect`, and one of `cluster`,
 * `weightedClusters`, `redirect` and `directResponse`.
 *
 * @example
 * const route: RouteSpec = {
 *   name: "default/foo",
 *   pathSeparatedPrefix: "/foo",
 *   headers: [{ name: ":method", exact: "GET" }],
 *   cluster: "foo",
 *   prefixRewrite: "/",
 * };
 */
export interface RouteSpec extends HeaderChangesSpec {
  /** The route name that plugins read. */
  name?: string;
  /** The beginning of a path. */
  prefix?: string;
  /** The first elements of a path: "/foo" matches /foo and /foo/bar, but not /foobar. Does not end in a slash. */
  pathSeparatedPrefix?: string;
  /** An exact path. */
  path?: string;
  /** A regular expression of RE2 for the whole path without the query. */
  regex?: string;
  /**
   * Matches CONNECT requests, whose bytes go to the cluster as they are. The listener needs "CONNECT" in `upgrades`.
   */
  connect?: true;
  /** Upper and lower case of the path are the same. Has no effect on `regex`. */
  ignoreCase?: true;
  /** All must match. The method is the header ":method". */
  headers?: readonly FieldMatchSpec[];
  /** The parameters in the query that must match, as they stand in the URL, not decoded. All must match. */
  queryParameters?: readonly FieldMatchSpec[];
  /** The host names of the route; any host by default. */
  domains?: string[];
  cluster?: string;
  /** Each request goes to one of these clusters, by chance. */
  weightedClusters?: readonly WeightedClusterSpec[];
  /** The status code of the response when the gateway does not know the cluster; 503 by default. Needs a cluster. */
  clusterNotFoundStatus?: 404 | 500 | 503;
  redirect?: RedirectSpec;
  directResponse?: DirectResponse;
  /** Replaces the matched part of the path; the whole path for `path` and `regex`. */
  prefixRewrite?: string;
  /** Changes the path, without the query. */
  regexRewrite?: RegexRewriteSpec;
  /** The host name that the upstream gets. */
  hostRewrite?: string;
  /** The time limit for the whole response; 15 seconds by default, 0 for no limit. */
  timeoutMs?: number;
  /** Sends a request again when its upstream fails. By default, a request is sent once. Needs a cluster. */
  retry?: RetrySpec;
  /**
   * How many redirects (status 302) of the upstream the gateway follows itself, without the client; 0 by default. Each
   * time, the request passes through all plugins again, with the headers that the first plugin has left and the body
   * that the last plugin has left. Needs a cluster.
   */
  internalRedirects?: number;
}

/**
 * The expected value of a header or of a query parameter, with one of `exact`, `prefix`, `regex` and `present`. One value
 * of a repeated header must match; of a repeated parameter, only the first value counts.
 */
export interface FieldMatchSpec {
  name: string;
  exact?: string;
  prefix?: string;
  /** A regular expression of RE2 for the whole value. */
  regex?: string;
  /** Any value. */
  present?: true;
}

/** Changes to the headers of requests to upstreams, and of responses to clients. Removals come first. */
export interface HeaderChangesSpec {
  requestHeaders?: HeaderChangeSpec;
  /** Local replies get these changes too, before the headers that the plugin gives. */
  responseHeaders?: HeaderChangeSpec;
}

/** Changes to headers. The gateway does not set or add a header with an empty value. */
export interface HeaderChangeSpec {
  remove?: readonly string[];
  /** Replaces the values of a header, or adds the header. */
  set?: readonly (readonly [name: string, value: string])[];
  /** Adds a value to a header. */
  add?: readonly (readonly [name: string, value: string])[];
}

/** A cluster with its share of the requests: its weight, divided by the sum of all weights. */
export interface WeightedClusterSpec extends HeaderChangesSpec {
  cluster: string;
  /** From 0. One weight at least is above 0. */
  weight: number;
}

/** A redirect to the URL of the request, with these parts in place of the request's own. */
export interface RedirectSpec {
  /** 301 by default. */
  status?: 301 | 302 | 303 | 307 | 308;
  scheme?: string;
  host?: string;
  /** By default, the port of the request. A changed scheme drops the default port of the request's scheme. */
  port?: number;
  /** The query of the request stays, unless this path has a query. */
  path?: string;
  /** Replaces the matched part of the path, see `RouteSpec.prefixRewrite`. */
  prefixRewrite?: string;
}

/**
 * Replaces every match in a path.
 *
 * @example
 * const rewrite: RegexRewriteSpec = { pattern: "^/api/(.*)", substitution: "/v2/\\1" };
 */
export interface RegexRewriteSpec {
  /** A regular expression of RE2. */
  pattern: string;
  /** `\1` stands for the first group, `\0` for the whole match, `\\` for a backslash. */
  substitution: string;
}

/**
 * When the gateway sends a request again. The upstream gets the request with the plugins' changes. The plugins do not
 * run again.
 *
 * @example
 * const retry: RetrySpec = { on: ["5xx", "connect-failure"], most: 2 };
 */
export interface RetrySpec {
  /**
   * Envoy's retry conditions, such as "5xx", "gateway-error", "reset", "connect-failure", "retriable-4xx" and
   * "refused-stream".
   */
  on: readonly string[];
  /** How often the request is sent again; 1 by default. */
  most?: number;
  /** The time limit of one try. By default, only the time limit of the route counts. */
  perTryTimeoutMs?: number;
}

/** A response that a route makes without an upstream. */
export interface DirectResponse {
  status: number;
  body?: string;
  headers?: readonly (readonly [name: string, value: string])[];
}

/** A named upstream. */
export interface ClusterSpec {
  name: string;
  port: number;
  /** The IP address; 127.0.0.1 by default. */
  address?: string;
  /** The upstream speaks HTTP/2 without TLS, as gRPC needs. */
  http2?: true;
}

/** One plugin in the chain of a listener. */
export interface PluginSpec {
  /** A name that is unique in the listener. Envoy logs the name in front of lines about a request. */
  name: string;
  /** The path of the module. */
  wasm: string;
  /**
   * The configuration: text and bytes as they are, even if not UTF-8; anything else as JSON. Undefined: no
   * configuration.
   */
  configuration?: PluginConfiguration;
  rootId?: string;
  /** Plugins with the same wasm, vmId and vmConfiguration share a VM. */
  vmId?: string;
  vmConfiguration?: PluginConfiguration;
  /** Environment variables of the VM. */
  environment?: Readonly<Record<string, string>>;
  /** The host calls and callbacks that the plugin may use; all by default. */
  capabilities?: readonly string[];
  failurePolicy?: "FAIL_CLOSED" | "FAIL_OPEN" | "FAIL_RELOAD";
  /** The older setting for FAIL_OPEN. Envoy rejects both settings together. */
  failOpen?: boolean;
  allowOnHeadersStopIteration?: boolean;
  /**
   * Delivers the plugin by ECDS from a file, so that `RunningEnvoy.updatePlugin` can change its configuration. With
   * "later" the plugin is missing until the first update; requests to its listener get a 500 until then.
   */
  ecds?: boolean | "later";
}

export type PluginConfiguration = string | Uint8Array | object;
