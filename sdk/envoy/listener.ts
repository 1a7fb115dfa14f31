import { wasmNetworkFilter } from "./plugin.js";
import { socketAddress } from "./socket-address.js";
import { unique } from "./unique.js";
import type { ListenerSpec, PluginSpec, TcpListenerSpec } from "../spec/gateway-spec.js";

/** Where the plugins and routes of an HTTP listener come from. */
export interface HttpParts {
  /** The filter of a plugin. */
  pluginFilter(spec: ListenerSpec, plugin: PluginSpec): object;
  /** The fields of the connection manager for routes. */
  routes(spec: ListenerSpec): object;
  /** An access log beside the file of the spec, and the options for all access logs; none by default. */
  requestLog?(spec: ListenerSpec): { log: object; options: object };
}

/** Envoy's configuration of a listener. @throws Error when a part of the spec is invalid */
export function listener(spec: ListenerSpec | TcpListenerSpec, parts: HttpParts): object {
  unique(spec.plugins ?? [], `plugins of listener "${spec.name}"`);
  return {
    name: spec.name,
    address: socketAddress("127.0.0.1", spec.port ?? 0),
    // With SO_REUSEPORT, two Envoys could share a port without an error.
    enable_reuse_port: false,
    ...("routes" in spec && spec.bufferLimitBytes !== undefined
      ? { per_connection_buffer_limit_bytes: spec.bufferLimitBytes }
      : {}),
    ...(spec.balanced ? { connection_balance_config: { exact_balance: {} } } : {}),
    filter_chains: [
      "tcp" in spec ? { filters: tcpFilters(spec) } : { filters: httpFilters(spec, parts), ...transportSocket(spec) },
    ],
  };
}

function tcpFilters({ name, plugins = [], tcp }: TcpListenerSpec): object[] {
  const type = "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";
  return [
    ...plugins.map((plugin) => ({ name: plugin.name, typed_config: wasmNetworkFilter(plugin) })),
    {
      name: "envoy.filters.network.tcp_proxy",
      typed_config: { "@type": type, stat_prefix: name, cluster: tcp },
    },
  ];
}

function httpFilters(spec: ListenerSpec, parts: HttpParts): object[] {
  const filters = spec.envoyFilters ?? [];
  for (const { name, before } of filters) {
    if (before === undefined || spec.plugins?.some((plugin) => plugin.name === before)) continue;
    throw new Error(
      `listener "${spec.name}": filter "${name}" is to stand before the plugin "${before}", which does not exist`,
    );
  }
  const envoyFilters = (before: string | undefined) =>
    filters
      .filter((one) => one.before === before)
      .map(({ name, typedConfig }) => ({ name, typed_config: typedConfig }));
  const plugins = (spec.plugins ?? []).flatMap((plugin) => [
    ...envoyFilters(plugin.name),
    parts.pluginFilter(spec, plugin),
  ]);
  return [connectionManager(spec, parts, [...plugins, ...envoyFilters(undefined)])];
}

function connectionManager(spec: ListenerSpec, parts: HttpParts, filters: object[]): object {
  const type = "type.googleapis.com/envoy.extensions.filters";
  const requestLog = parts.requestLog?.(spec);
  const logs = [
    ...(spec.accessLog === undefined ? [] : [accessLog(spec.accessLog)]),
    ...(requestLog ? [requestLog.log] : []),
  ];
  const router = {
    name: "envoy.filters.http.router",
    typed_config: {
      "@type": `${type}.http.router.v3.Router`,
      ...ifSet("suppress_envoy_headers", spec.suppressEnvoyHeaders),
    },
  };
  return {
    name: "envoy.filters.network.http_connection_manager",
    typed_config: {
      "@type": `${type}.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: spec.name,
      // HTTP/2 if the connection begins with its preface, HTTP/1 otherwise.
      codec_type: "AUTO",
      http_protocol_options: { enable_trailers: true, accept_http_10: true },
      http_filters: [...filters, router],
      ...parts.routes(spec),
      ...ifSet("normalize_path", spec.normalizePath),
      ...ifSet("merge_slashes", spec.mergeSlashes),
      ...ifSet("path_with_escaped_slashes_action", spec.pathWithEscapedSlashesAction),
      ...ifSet("use_remote_address", spec.useRemoteAddress),
      ...ifSet("xff_num_trusted_hops", spec.xffNumTrustedHops),
      ...ifSet("generate_request_id", spec.generateRequestId),
      ...ifSet("preserve_external_request_id", spec.preserveExternalRequestId),
      ...ifSet("always_set_request_id_in_response", spec.alwaysSetRequestIdInResponse),
      ...(spec.upgrades === undefined
        ? {}
        : { upgrade_configs: spec.upgrades.map((upgrade_type) => ({ upgrade_type })) }),
      ...(logs.length === 0 ? {} : { access_log: logs }),
      ...ifSet("access_log_options", requestLog?.options),
    },
  };
}

/** TLS with the certificate of the spec. ALPN lets the client choose HTTP/2 or HTTP/1.1. */
function transportSocket({ tls }: ListenerSpec): object {
  if (!tls) return {};
  const type = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";
  const certificate = {
    certificate_chain: { inline_string: tls.certificate },
    private_key: { inline_string: tls.key },
  };
  const common_tls_context = { alpn_protocols: ["h2", "http/1.1"], tls_certificates: [certificate] };
  return {
    transport_socket: {
      name: "envoy.transport_sockets.tls",
      typed_config: { "@type": type, common_tls_context },
    },
  };
}

function ifSet(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: value };
}

/** An access log with one line per request, at its end. */
function accessLog(path: string): object {
  const type = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog";
  return {
    name: "envoy.access_loggers.file",
    filter: { log_type_filter: { types: ["DownstreamEnd"] } },
    typed_config: { "@type": type, path },
  };
}
