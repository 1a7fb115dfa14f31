import { join } from "node:path";
import { discoveryResponse, ecdsFilter, wasmFilter, wasmNetworkFilter, type Discovered } from "./plugin.js";
import { routeConfiguration } from "./routes.js";
import type { ClusterSpec, GatewaySpec, ListenerSpec, PluginSpec, TcpListenerSpec } from "../spec/gateway-spec.js";

/** A plugin that Envoy reads from a file. Envoy reads the file again when it is replaced. */
export interface EcdsFile {
  listener: string;
  plugin: PluginSpec;
  /** The resource's name, part of Envoy's ECDS statistics. */
  resource: string;
  /** The folder that Envoy watches. It contains only the file. */
  folder: string;
  path: string;
}

export interface Bootstrap {
  /** Envoy's bootstrap configuration, to be written as JSON. */
  config: object;
  /** Files that must exist before Envoy starts. */
  ecds: EcdsFile[];
}

/**
 * Turns a spec into the bootstrap configuration of an Envoy with a free admin port. Write the configuration as JSON:
 * Envoy reads YAML 1.1, where `n` is a boolean.
 *
 * @example
 * const { config } = bootstrap({
 *   listeners: [{ name: "gateway", routes: [{ prefix: "/", cluster: "foo" }] }],
 *   clusters: [{ name: "foo", port: 8080 }],
 * });
 * writeFileSync("bootstrap.json", JSON.stringify(config));
 */
export function bootstrap(spec: GatewaySpec, ecdsFolder = "ecds"): Bootstrap {
  unique(spec.listeners, "listeners");
  unique(spec.clusters ?? [], "clusters");
  const ecds: EcdsFile[] = [];
  const config = {
    node: { id: "as-proxy-wasm", cluster: "as-proxy-wasm" },
    admin: { address: socketAddress("127.0.0.1", 0) },
    static_resources: {
      listeners: spec.listeners.map((one) => listener(one, ecds, ecdsFolder)),
      clusters: (spec.clusters ?? []).map(cluster),
    },
  };
  return { config, ecds };
}

/**
 * The text of an ECDS file for a plugin. Each new text needs another version.
 *
 * @example
 * writeFileSync(file.path, ecdsText(file, file.plugin, 1));
 */
export function ecdsText(file: EcdsFile, plugin: Discovered, version: number): string {
  return JSON.stringify(discoveryResponse(file.resource, plugin, version));
}

function listener(spec: ListenerSpec | TcpListenerSpec, ecds: EcdsFile[], ecdsFolder: string): object {
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
    filter_chains: [{ filters: "tcp" in spec ? tcpFilters(spec) : httpFilters(spec, ecds, ecdsFolder) }],
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

function httpFilters(spec: ListenerSpec, ecds: EcdsFile[], ecdsFolder: string): object[] {
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
  const plugins = (spec.plugins ?? []).flatMap((plugin) => [...envoyFilters(plugin.name), pluginFilter(plugin)]);
  return [connectionManager(spec, [...plugins, ...envoyFilters(undefined)])];

  function pluginFilter(plugin: PluginSpec): object {
    if (!plugin.ecds) return { name: plugin.name, typed_config: wasmFilter(plugin) };
    const resource = `${spec.name}.${plugin.name}`;
    const folder = join(ecdsFolder, String(ecds.length));
    const path = join(folder, "plugin.json");
    ecds.push({ listener: spec.name, plugin, resource, folder, path });
    return ecdsFilter(resource, folder, path);
  }
}

function connectionManager(spec: ListenerSpec, plugins: object[]): object {
  const type = "type.googleapis.com/envoy.extensions.filters";
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
      http_filters: [...plugins, router],
      route_config: routeConfiguration(spec),
      ...ifSet("use_remote_address", spec.useRemoteAddress),
      ...ifSet("xff_num_trusted_hops", spec.xffNumTrustedHops),
      ...ifSet("generate_request_id", spec.generateRequestId),
      ...ifSet("preserve_external_request_id", spec.preserveExternalRequestId),
      ...ifSet("always_set_request_id_in_response", spec.alwaysSetRequestIdInResponse),
      ...(spec.upgrades === undefined
        ? {}
        : { upgrade_configs: spec.upgrades.map((upgrade_type) => ({ upgrade_type })) }),
      ...(spec.accessLog === undefined ? {} : { access_log: [accessLog(spec.accessLog)] }),
    },
  };
}

function ifSet(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: value };
}

function accessLog(path: string): object {
  const type = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog";
  return { name: "envoy.access_loggers.file", typed_config: { "@type": type, path } };
}

function cluster(spec: ClusterSpec): object {
  const type = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
  const address = socketAddress(spec.address ?? "127.0.0.1", spec.port);
  return {
    name: spec.name,
    type: "STATIC",
    connect_timeout: "1s",
    load_assignment: { cluster_name: spec.name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": type,
        explicit_http_config: spec.http2
          ? { http2_protocol_options: {} }
          : { http_protocol_options: { enable_trailers: true } },
      },
    },
  };
}

function socketAddress(address: string, port_value: number): object {
  return { socket_address: { address, port_value } };
}

function unique(named: readonly { name: string }[], kind: string): void {
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.has(name)) throw new Error(`two ${kind} have the name "${name}"`);
    seen.add(name);
  }
}
