import type { JsonObject, JsonValue } from "../spec/json.js";
import { HIGRESS_API_VERSION, ISTIO_API_VERSION } from "./wasm-plugin.js";
import { writeYaml } from "./yaml/write-yaml.js";

/** What a manifest of a plugin says. */
export interface PluginManifest {
  name: string;
  namespace: string;
  /** The address of the image, with "oci://". */
  url: string;
  phase: string;
  priority: number;
  configuration: JsonObject;
}

/**
 * Writes a WasmPlugin of Higress, with comments.
 *
 * @example
 * higressManifest({ name: "auth", namespace: "higress-system", url: "oci://example.com/auth:1", phase: "AUTHN", priority: 100, configuration: {} });
 */
export function higressManifest({ configuration, ...plugin }: PluginManifest): string {
  return [
    head(HIGRESS_API_VERSION, plugin),
    common(plugin),
    comment("For all requests. matchRules sets other configurations for domains, ingresses and services."),
    field("defaultConfig", configuration),
  ].join("");
}

/** Writes a WasmPlugin of Istio for the ingress gateway, with comments. */
export function istioManifest({ configuration, ...plugin }: PluginManifest): string {
  return [
    head(ISTIO_API_VERSION, plugin),
    comment("The gateways that run the plugin, by the labels of their pods."),
    field("selector", { matchLabels: { istio: "ingressgateway" } }),
    common(plugin),
    field("pluginConfig", configuration),
  ].join("");
}

type Plugin = Omit<PluginManifest, "configuration">;

function head(apiVersion: string, { name, namespace }: Plugin): string {
  return `${writeYaml({ apiVersion, kind: "WasmPlugin", metadata: { name, namespace } })}spec:\n`;
}

function common({ url, phase, priority }: Plugin): string {
  return [
    field("url", url),
    comment("AUTHN comes first, then AUTHZ, STATS and UNSPECIFIED_PHASE."),
    field("phase", phase),
    comment("Within a phase, the plugin with the highest priority comes first."),
    field("priority", priority),
    comment("Requests get status code 503 when the plugin fails; with FAIL_OPEN they pass without the plugin."),
    field("failStrategy", "FAIL_CLOSE"),
  ].join("");
}

function comment(text: string): string {
  return `  # ${text}\n`;
}

/** A field of `spec`. */
function field(name: string, value: JsonValue): string {
  return writeYaml({ [name]: value }).replace(/^(?=.)/gm, "  ");
}
