import type { GatewaySpec } from "./gateway-spec.js";

/** The levels of plugins' log lines, from the lowest to the highest. */
export const PLUGIN_LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "critical"] as const;
export type PluginLogLevel = (typeof PLUGIN_LOG_LEVELS)[number];

/** A running gateway of either engine, as `as-proxy-wasm dev` uses it. */
export interface Engine {
  /** The port of a listener on 127.0.0.1. */
  port(listener: string): number;
  /**
   * Puts another spec in force: listeners, routes, clusters, plugins and their order. No request fails: requests in
   * flight end on the spec that they began with. Plugins with an unchanged spec keep their VM.
   *
   * @throws Error when a plugin does not load or rejects its configuration, or a port is in use. The previous spec then
   *   stays in force as a whole
   */
  update(spec: GatewaySpec): Promise<void>;
  /** Sets the lowest level at which plugins log. */
  setLogLevel(level: PluginLogLevel): Promise<void>;
  /** All counters and gauges in the text format of Prometheus. */
  prometheus(): Promise<string>;
  /** The running configuration in the format of Envoy's `/config_dump`. */
  configDump(): Promise<object>;
  /** Resolves when the engine ends without `stop`. */
  ended: Promise<void>;
  /** Stops accepting requests, lets requests in flight end within the grace period, and ends the engine. */
  stop(graceMs?: number): Promise<void>;
}
