import { join } from "node:path";
import { cluster } from "./cluster.js";
import { listener, type HttpParts } from "./listener.js";
import { discoveryResponse, ecdsFilter, wasmFilter, type Discovered } from "./plugin.js";
import { routeConfiguration } from "./routes.js";
import { socketAddress } from "./socket-address.js";
import { unique } from "./unique.js";
import type { GatewaySpec, ListenerSpec, PluginSpec } from "../spec/gateway-spec.js";

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
  const parts: HttpParts = {
    pluginFilter: (spec, plugin) => (plugin.ecds ? fileFilter(spec, plugin) : inlineFilter(plugin)),
    routes: (spec) => ({ route_config: routeConfiguration(spec) }),
  };
  const config = {
    node: { id: "as-proxy-wasm", cluster: "as-proxy-wasm" },
    admin: { address: socketAddress("127.0.0.1", 0) },
    static_resources: {
      listeners: spec.listeners.map((one) => listener(one, parts)),
      clusters: (spec.clusters ?? []).map(cluster),
    },
  };
  return { config, ecds };

  function fileFilter({ name }: ListenerSpec, plugin: PluginSpec): object {
    const resource = `${name}.${plugin.name}`;
    const folder = join(ecdsFolder, String(ecds.length));
    const path = join(folder, "plugin.json");
    ecds.push({ listener: name, plugin, resource, folder, path });
    return ecdsFilter(resource, folder, path);
  }
}

function inlineFilter(plugin: PluginSpec): object {
  return { name: plugin.name, typed_config: wasmFilter(plugin) };
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
