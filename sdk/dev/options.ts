import type { HostKind } from "../host/index.js";
import type { FetchOptions } from "../oci/index.js";
import type { PluginLogLevel } from "../spec/engine.js";
import type { ClusterAddress, ServiceAddress } from "./addresses.js";
import type { PathNormalization } from "./path-normalization.js";

/** A TCP listener of the command line. */
export interface TcpAddress {
  port: number;
  namespace: string;
  service: string;
  servicePort: number;
}

/** What `as-proxy-wasm dev` serves, and how. */
export interface DevOptions {
  /** The folder in which the command runs. */
  folder: string;
  /** The values of `-f`; without any, the usual manifests of the folder. */
  files: readonly string[];
  port: number;
  /** The admin port; by default 15000, or any free port when 15000 is in use. */
  adminPort?: number;
  engine: "node" | "envoy";
  /** The path of the Envoy to run; by default the one that is found, or else installed. */
  envoyPath?: string;
  /** Whose host calls plugins get; by default Higress's when a manifest has a WasmPlugin of Higress. */
  host?: HostKind;
  https: boolean;
  /** How the gateway changes the path of a request before plugins and routes see the path; BASE by default. */
  pathNormalization?: PathNormalization;
  tcp: readonly TcpAddress[];
  services: readonly ServiceAddress[];
  clusters: readonly ClusterAddress[];
  /** The local modules of WasmPlugins, by name. */
  plugins: ReadonlyMap<string, string>;
  /** The namespace of the gateway, for WasmPlugins of Istio. */
  namespace?: string;
  /** Further labels of the gateway, for the selectors of Istio's WasmPlugins. */
  labels: Readonly<Record<string, string>>;
  /** How registries and servers are reached. */
  fetch?: FetchOptions;
  logLevel: PluginLogLevel;
  /** How long one call into a plugin may take, in milliseconds, before its VM ends. The Node engine only. */
  callLimitMs: number;
}
