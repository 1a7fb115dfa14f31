import type { JsonObject } from "../spec/json.js";
import type { Resource } from "./resource.js";

/** A WasmPlugin, Higress's or Istio's, as istiod puts it into the filter chain of the gateway. */
export interface ChainPlugin {
  /** The name of the filter: "namespace.name", as istiod names it. */
  filter: string;
  namespace: string;
  name: string;
  /** "network" for Istio's `type: NETWORK`. */
  type: "http" | "network";
  /** The module's address as the resource has it, with the scheme that istiod adds to an address without a scheme. */
  url: string;
  /** The expected SHA-256, if the resource has one. */
  sha256?: string;
  /** The pull policy, if the resource has one. */
  imagePullPolicy?: "Always" | "IfNotPresent";
  /** The root id: `spec.pluginName`. */
  rootId: string;
  /** `pluginConfig` after the conversion, with `_rules_`; undefined without a configuration. */
  configuration?: JsonObject;
  failOpen: boolean;
  /** `failStrategy: FAIL_RELOAD`. */
  failReload: boolean;
  environment: Readonly<Record<string, string>>;
  /** The ports that `match` restricts the plugin to; undefined for all ports. */
  ports?: readonly number[];
  resource: Resource;
}
