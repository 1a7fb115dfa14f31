import { findEnvoy, installEnvoy, startRestartingEnvoy } from "../envoy/index.js";
import { startGateway } from "../gateway/index.js";
import { PLUGIN_LOG_LEVELS, type Engine, type PluginLogLevel } from "../spec/engine.js";
import type { GatewaySpec } from "../spec/gateway-spec.js";
import type { RequestLine } from "../spec/request-line.js";
import type { DevOptions } from "./options.js";

/** How long an Envoy may take to compile and start plugins, at least. */
const BUSY_LIMIT_MS = 20_000;

/** A line of a gateway's log, from a plugin or from the gateway itself. */
export interface EngineLogLine {
  level: PluginLogLevel;
  message: string;
  /** The name of the plugin's filter; undefined for lines of the gateway. */
  plugin?: string;
}

/** What an engine reports while it runs. */
export interface EngineEvents {
  request(line: RequestLine): void;
  log(line: EngineLogLine): void;
  /** An Envoy is installed. */
  installing(line: string): void;
}

/**
 * Starts the engine that the options name.
 *
 * @param isHigress whether plugins get Higress's host calls unless the options say otherwise. The Node gateway only
 * @param signal ends the start of an Envoy
 * @throws Error when a plugin does not load or rejects its configuration, or a port is in use; the reason of the signal
 *   when it is aborted
 */
export function startEngine(
  spec: GatewaySpec,
  options: DevOptions,
  isHigress: boolean,
  events: EngineEvents,
  signal?: AbortSignal,
): Promise<Engine> {
  return options.engine === "envoy" ? onEnvoy(spec, options, events, signal) : onNode(spec, options, isHigress, events);
}

function onNode(
  spec: GatewaySpec,
  { host, logLevel, callLimitMs }: DevOptions,
  isHigress: boolean,
  events: EngineEvents,
): Promise<Engine> {
  return startGateway(spec, {
    host: host ?? (isHigress ? "higress" : "envoy"),
    logLevel: PLUGIN_LOG_LEVELS.indexOf(logLevel),
    ...(callLimitMs > 0 ? { callLimitMs } : {}),
    // The first request after a trap gets a new VM.
    reloadIntervalMs: 0,
    onRequest: (line) => events.request(line),
    log({ level, message, plugin }) {
      const name = PLUGIN_LOG_LEVELS[level as number] ?? "critical";
      events.log({ level: name, message, ...(plugin === undefined ? {} : { plugin }) });
    },
  });
}

async function onEnvoy(
  spec: GatewaySpec,
  { envoyPath, logLevel, callLimitMs }: DevOptions,
  events: EngineEvents,
  signal: AbortSignal | undefined,
): Promise<Engine> {
  const limitMs = Math.max(BUSY_LIMIT_MS, callLimitMs);
  return startRestartingEnvoy(spec, {
    ...{ envoy: envoyPath ?? (await pathOfEnvoy(events)), logLevel, startTimeoutMs: limitMs, busyLimitMs: limitMs },
    ...(signal ? { signal } : {}),
    onRequest: (line) => events.request(line),
    log: (line) => events.log(line),
  });
}

async function pathOfEnvoy(events: EngineEvents): Promise<string> {
  const found = await findEnvoy();
  const envoy = found.found ? found : await installEnvoy({ say: (line) => events.installing(line) });
  return envoy.path;
}
