import { startGateway } from "../gateway/index.js";
import { LogLevel, type LogLine } from "../host/index.js";
import type { Engine } from "../spec/engine.js";
import type { GatewaySpec } from "../spec/gateway-spec.js";
import type { RequestLine } from "../spec/request-line.js";
import { LOG_LEVELS, type DevOptions, type LogLevelName } from "./options.js";

/** A line of a gateway's log, from a plugin or from the gateway itself. */
export interface EngineLogLine {
  level: LogLevelName;
  message: string;
  /** The name of the plugin's filter; undefined for lines of the gateway. */
  plugin?: string;
}

/** What an engine reports while it runs. */
interface EngineEvents {
  request(line: RequestLine): void;
  log(line: EngineLogLine): void;
}

/**
 * Starts the engine that the options name.
 *
 * @param isHigress whether plugins get Higress's host calls unless the options say otherwise. The Node gateway only
 */
export function startEngine(
  spec: GatewaySpec,
  options: DevOptions,
  isHigress: boolean,
  events: EngineEvents,
): Promise<Engine> {
  const start = options.engine === "envoy" ? startOnEnvoy : startOnNode;
  return start(spec, options, isHigress, events);
}

function startOnNode(
  spec: GatewaySpec,
  { host = isHigress ? "higress" : "envoy", logLevel, callLimitMs }: DevOptions,
  isHigress: boolean,
  events: EngineEvents,
): Promise<Engine> {
  return startGateway(spec, {
    ...{ host, callLimitMs, logLevel: LOG_LEVELS.indexOf(logLevel) },
    // The first request after a trap gets a new VM.
    reloadIntervalMs: 0,
    onRequest: (line) => events.request(line),
    log: ({ level, message, plugin }: LogLine) =>
      events.log({ level: LOG_LEVELS[level]!, message, ...(plugin === undefined ? {} : { plugin }) }),
  });
}
