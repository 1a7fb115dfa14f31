import { Status } from "../abi.js";
import { attribute } from "./attributes.js";
import { byteString } from "../byte-string.js";
import { readState } from "./filter-state.js";
import type { PropertySource } from "./property-source.js";
import { select, serialize, type Value } from "./values.js";

/**
 * Reads a property for a plugin: its bytes, or the status of the failure.
 *
 * @param path the segments, separated by NUL
 * @example
 * readProperty(context, "request\0path"); // Buffer "/foo"
 */
export function readProperty(context: PropertySource, path: string): Buffer | Status {
  if (path === "") return Status.SerializationFailure;
  const [first = "", ...rest] = path.endsWith("\0") ? path.slice(0, -1).split("\0") : path.split("\0");
  const preset = context.info?.presetProperties.get([first, ...rest].join("\0"));
  if (preset) return preset;
  let value = findValue(context, first);
  for (const key of rest) {
    if (value === undefined) break;
    value = select(value, key);
  }
  return value === undefined ? Status.NotFound : serialize(value);
}

/** Finds the value of a path's first segment or of an expression's identifier: an attribute, or a plugin's property. */
export function findValue(context: PropertySource, name: string): Value | undefined {
  const plugin = context.root?.plugin;
  if (name === "plugin_name") return plugin && byteString(plugin.name);
  if (name === "plugin_root_id") return plugin && byteString(plugin.rootId);
  if (name === "plugin_vm_id") return byteString(context.vm.id);
  if (name === "connection_id") return context.info?.connection.id;
  if (context.vm.module.host === "higress") {
    const own = higressValue(context, name);
    if (own !== undefined) return own;
  }
  return attribute(context, name) ?? (context.info ? readState(context.info, name) : undefined);
}

/** Names that Envoy has supported until 1.33. Higress still supports them. */
const OLD_NAMES = new Set([
  ...["node", "listener_direction", "listener_metadata", "cluster_name", "cluster_metadata", "route_name"],
  ...["route_metadata", "upstream_host_metadata"],
]);

function higressValue(context: PropertySource, name: string): Value | undefined {
  if (name === "plugin_vm_memory") return BigInt(context.vm.memory.size);
  return OLD_NAMES.has(name) ? select(attribute(context, "xds")!, name) : undefined;
}
