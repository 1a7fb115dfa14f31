import { resolve } from "node:path";
import type { PluginConfiguration, PluginSpec } from "./spec.js";

const WASM_FILTER = "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm";

/**
 * The typed configuration of Envoy's Wasm filter for one plugin.
 *
 * @example
 * wasmFilter({ name: "auth", wasm: "build/plugin.wasm", configuration: { allow: ["a"] } });
 */
export function wasmFilter(plugin: PluginSpec): object {
  return {
    "@type": WASM_FILTER,
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

/**
 * A discovery response that carries one plugin: what an ECDS file holds.
 *
 * @example
 * discoveryResponse("gateway.auth", { name: "auth", wasm: "plugin.wasm" }, 2);
 */
export function discoveryResponse(resource: string, plugin: PluginSpec, version: number): object {
  return {
    version_info: String(version),
    resources: [
      {
        "@type": "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig",
        name: resource,
        typed_config: wasmFilter(plugin),
      },
    ],
  };
}

/**
 * The entry in the filter chain that makes Envoy watch an ECDS file.
 *
 * @example
 * ecdsFilter("gateway.auth", "ecds/0", "ecds/0/plugin.json");
 */
export function ecdsFilter(resource: string, folder: string, file: string): object {
  return {
    name: resource,
    config_discovery: {
      config_source: {
        path_config_source: { path: file, watched_directory: { path: folder } },
        resource_api_version: "V3",
      },
      type_urls: [WASM_FILTER],
    },
  };
}

/** A text travels as a StringValue, bytes as a BytesValue (a StringValue must be UTF-8), the rest as JSON text. */
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
