import { resolve } from "node:path";
import type { PluginConfiguration, PluginSpec } from "../spec/gateway-spec.js";

const WASM_FILTER = "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm";
const WASM_NETWORK_FILTER = "type.googleapis.com/envoy.extensions.filters.network.wasm.v3.Wasm";
/** A filter that replaces a removed plugin. It does nothing, because no route configures it. */
const NO_FILTER = "type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors";

/**
 * The typed configuration of Envoy's Wasm filter for one plugin.
 *
 * @example
 * wasmFilter({ name: "auth", wasm: "build/plugin.wasm", configuration: { allow: ["a"] } });
 */
export function wasmFilter(plugin: PluginSpec): object {
  return filterOf(WASM_FILTER, plugin);
}

/**
 * The typed configuration of Envoy's Wasm network filter for one plugin.
 *
 * @example
 * wasmNetworkFilter({ name: "sniffer", wasm: "build/plugin.wasm" });
 */
export function wasmNetworkFilter(plugin: PluginSpec): object {
  return filterOf(WASM_NETWORK_FILTER, plugin);
}

function filterOf(type: string, plugin: PluginSpec): object {
  return {
    "@type": type,
    config: {
      name: plugin.name,
      root_id: plugin.rootId ?? "",
      vm_config: {
        vm_id: plugin.vmId ?? "",
        runtime: "envoy.wasm.runtime.v8",
        code: { local: { filename: resolve(plugin.wasm) } },
        ...optional("configuration", plugin.vmConfiguration, configurationAny),
        ...optional("environment_variables", plugin.environment, (key_values) => ({ key_values })),
      },
      ...optional("configuration", plugin.configuration, configurationAny),
      ...optional("capability_restriction_config", plugin.capabilities, (names) => ({
        allowed_capabilities: Object.fromEntries(names.map((name) => [name, {}])),
      })),
      ...optional("failure_policy", plugin.failurePolicy),
      ...optional("fail_open", plugin.failOpen),
      ...optional("allow_on_headers_stop_iteration", plugin.allowOnHeadersStopIteration),
    },
  };
}

/** The content of an ECDS file: a plugin, no plugin yet, which Envoy rejects, or a removed plugin. */
export type Discovered = PluginSpec | "later" | "removed";

/**
 * The discovery response with one plugin that an ECDS file contains.
 *
 * @example
 * discoveryResponse("gateway.auth", { name: "auth", wasm: "plugin.wasm" }, 2);
 */
export function discoveryResponse(resource: string, plugin: Discovered, version: number): object {
  return {
    version_info: String(version),
    resources: [
      {
        "@type": "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig",
        name: resource,
        typed_config: typedConfig(plugin),
      },
    ],
  };
}

function typedConfig(plugin: Discovered): object {
  if (plugin === "removed") return { "@type": NO_FILTER };
  // Without the module, Envoy rejects the configuration and responds with 500 to all requests.
  return plugin === "later" ? { "@type": WASM_FILTER } : wasmFilter(plugin);
}

/**
 * The filter of a chain that makes Envoy watch an ECDS file.
 *
 * @example
 * ecdsFilter("gateway.auth", "ecds/0", "ecds/0/plugin.json");
 */
export function ecdsFilter(resource: string, folder: string, file: string): object {
  return discoveredFilter(resource, {
    path_config_source: { path: file, watched_directory: { path: folder } },
    resource_api_version: "V3",
  });
}

/**
 * The filter of a chain whose plugin comes by ECDS.
 *
 * @param resource the name of the filter and of the ECDS resource
 * @param config_source Envoy's `ConfigSource`
 */
export function discoveredFilter(resource: string, config_source: object): object {
  return { name: resource, config_discovery: { config_source, type_urls: [WASM_FILTER, NO_FILTER] } };
}

/**
 * Text becomes a StringValue, bytes become a BytesValue because a StringValue must be UTF-8, other values become JSON
 * text.
 */
function configurationAny(configuration: PluginConfiguration): object {
  if (configuration instanceof Uint8Array) {
    const value = Buffer.from(configuration).toString("base64");
    return { "@type": "type.googleapis.com/google.protobuf.BytesValue", value };
  }
  const value = typeof configuration === "string" ? configuration : JSON.stringify(configuration);
  return { "@type": "type.googleapis.com/google.protobuf.StringValue", value };
}

function optional<T>(name: string, value: T | undefined, convert: (value: T) => unknown = (same) => same): object {
  return value === undefined ? {} : { [name]: convert(value) };
}
