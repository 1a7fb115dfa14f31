import type { Engine } from "../spec/engine.js";
import type { GatewaySpec } from "../spec/gateway-spec.js";
import type { RequestLine } from "../spec/request-line.js";
import type { DevOptions, LogLevelName } from "./options.js";

/** A line of a gateway's log, from a plugin or from the gateway itself. */
export interface EngineLogLine {
  level: LogLevelName;
  message: string;
  /** The name of the plugin's filter; undefined for lines of the gateway. */
  plugin?: string;
}
