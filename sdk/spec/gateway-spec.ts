/** What a real Envoy shall serve, in the words of this project. `bootstrap.ts` turns it into Envoy's own configuration. */
export interface EnvoySpec {
  listeners: (ListenerSpec | TcpListenerSpec)[];
  clusters?: ClusterSpec[];
}

/** What all listeners have: a port with a chain of plugins. */
interface AnyListenerSpec<Plugin> {
  /** Names the listener in `RunningEnvoy.port(name)`. */
  name: string;
  /** 0, the default, takes any free port. */
  port?: number;
  /** In the order in which requests, or bytes of clients, meet them. */
  plugins?: Plugin[];
  /** Spreads connections over the workers evenly; by default whoever is quicker takes one. */
  balanced?: true;
}

/** A port for HTTP with a routing table. */
export interface ListenerSpec extends AnyListenerSpec<PluginSpec> {
  /** Tried in order, the first match wins. */
  routes: RouteSpec[];
  /** A file that gets one line per request; none by default. */
  accessLog?: string;
  /** How many bytes of a body filters may buffer: Envoy's `per_connection_buffer_limit_bytes`, 1 MiB by default. */
  bufferLimitBytes?: number;
  /** Filters of Envoy's own among the plugins. Only a real Envoy has them. */
  envoyFilters?: EnvoyFilterSpec[];
  /**
   * The gateway is the first that clients meet, and believes none of them: the connection says where a request comes from
   * (`source.address`). The gateway adds the client's address to x-forwarded-for (this machine's own address where the client
   * is on the same machine), tells it in x-envoy-external-address, and writes x-forwarded-proto and x-request-id itself. By
   * default the request's last address in x-forwarded-for counts, and these headers are passed on.
   */
  useRemoteAddress?: boolean;
  /** How many proxies in front of the gateway are believed: the address so many places further left counts. 0 by default. */
  xffNumTrustedHops?: number;
  /**
   * The gateway adds neither x-envoy-expected-rq-timeout-ms to requests nor x-envoy-upstream-service-time to responses. Those
   * that others add stay, and calls of plugins have both.
   */
  suppressEnvoyHeaders?: boolean;
  /** false: a request without x-request-id gets none. */
  generateRequestId?: boolean;
  /** With `useRemoteAddress`: a request keeps the x-request-id that its client has given it. */
  preserveExternalRequestId?: boolean;
  /** The response has the request's x-request-id too; plugins do not see it there. */
  alwaysSetRequestIdInResponse?: boolean;
  /** The protocols that a request may switch to, such as "websocket"; "CONNECT" allows that method. None by default. */
  upgrades?: string[];
}

/** A filter of Envoy's own. */
export interface EnvoyFilterSpec {
  /** Such as "envoy.filters.http.lua". */
  name: string;
  /** The filter's configuration, with its "@type". */
  typedConfig: object;
  /** The name of the plugin that the filter stands in front of. By default the filter stands behind all plugins. */
  before?: string;
}

/**
 * A port for any protocol: plugins are network filters, and connections lead to one cluster. No plugin can have
 * `ecds` here.
 *
 * @example
 * const listener: TcpListenerSpec = { name: "tcp", plugins: [{ name: "sniffer", wasm: "plugin.wasm" }], tcp: "database" };
 */
export interface TcpListenerSpec extends AnyListenerSpec<PluginSpec & { ecds?: never }> {
  /** The cluster. */
  tcp: string;
}

/** Which requests go where. Has `prefix`, `path` or `connect` and `cluster` or `directResponse`. */
export interface RouteSpec {
  /** What a plugin reads as its route name. */
  name?: string;
  prefix?: string;
  /** An exact path. */
  path?: string;
  /** CONNECT requests, whose bytes go to the cluster as they are. The listener must allow it, see `upgrades`. */
  connect?: true;
  /** Host names, by default any. */
  domains?: string[];
  cluster?: string;
  directResponse?: DirectResponse;
  /** Envoy's own limit for the whole answer, 15 seconds by default; 0 lifts it. */
  timeoutMs?: number;
  /** Sends a request again whose upstream fails; by default it is sent once. Needs a cluster. */
  retry?: RetrySpec;
  /**
   * How many redirects (status 302) of the upstream the gateway follows itself, so that the client sees none of them; by
   * default none. Each time the request goes through all plugins again, as the first plugin has left its headers and as
   * the last has left its body. Needs a cluster.
   */
  internalRedirects?: number;
}

/**
 * When a route's request is sent again. The upstream gets what the plugins have made of it; they do not see it again.
 *
 * @example
 * const retry: RetrySpec = { on: ["5xx", "connect-failure"], most: 2 };
 */
export interface RetrySpec {
  /** Envoy's words, such as "5xx", "gateway-error", "reset", "connect-failure", "retriable-4xx" and "refused-stream". */
  on: readonly string[];
  /** How often it is sent again, 1 by default. */
  most?: number;
  /** The limit for one try; by default that of the route alone. */
  perTryTimeoutMs?: number;
}

/** An answer that Envoy gives without an upstream. */
export interface DirectResponse {
  status: number;
  body?: string;
  headers?: readonly (readonly [name: string, value: string])[];
}

/** A named upstream. */
export interface ClusterSpec {
  name: string;
  port: number;
  /** 127.0.0.1 by default. */
  address?: string;
  /** It speaks HTTP/2 without TLS: for gRPC. */
  http2?: true;
}

/** One plugin in the chain of a listener. */
export interface PluginSpec {
  /** Unique within its listener. Envoy writes it in front of each log line of the plugin. */
  name: string;
  /** The path of plugin.wasm. */
  wasm: string;
  /** A text as it is, bytes as they are (also those that are not UTF-8), anything else as JSON. Absent: no configuration. */
  configuration?: PluginConfiguration;
  rootId?: string;
  /** Plugins with the same wasm, vmId and vmConfiguration share a VM. */
  vmId?: string;
  vmConfiguration?: PluginConfiguration;
  /** Environment variables of the VM. */
  environment?: Readonly<Record<string, string>>;
  /** The only host calls and callbacks that the plugin may have; all by default. */
  capabilities?: readonly string[];
  failurePolicy?: "FAIL_CLOSED" | "FAIL_OPEN" | "FAIL_RELOAD";
  /** The older word for FAIL_OPEN; Envoy refuses both together. */
  failOpen?: boolean;
  allowOnHeadersStopIteration?: boolean;
  /**
   * Delivers the plugin by ECDS from a file, so that `RunningEnvoy.updatePlugin` can change its configuration. With
   * "later" the plugin is missing until the first update; requests to its listener get a 500 until then.
   */
  ecds?: boolean | "later";
}

export type PluginConfiguration = string | Uint8Array | object;
