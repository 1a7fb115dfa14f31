import { LogLevel } from "../abi/enums";
import { writeLog } from "../abi/log";

/**
 * Where a log line comes from; see `Logger`.
 *
 * @example
 * ```ts
 * class ShortLogger extends Logger {
 *   override line(level: LogLevel, message: string, origin: LogOrigin): string {
 *     return origin.requestId + ": " + message;
 *   }
 * }
 * ```
 */
export class LogOrigin {
  /** @internal */
  constructor(
    /** The name that the plugin gave to `SetCtx`. */
    readonly plugin: string,
    /** The configuration's `_plugin_id_`; "nil" if it has no id. */
    readonly pluginId: string,
    /** The request's `x-request-id`; "nil" outside a request, and until the plugin has read the header. */
    readonly requestId: string,
  ) {}
}

/**
 * Writes the log lines of a plugin in the plugin's own format, see `WithLogger`. The class has no state: all configurations
 * of the plugin in a VM share one object.
 *
 * @example
 * ```ts
 * class JsonLogger extends Logger {
 *   override line(level: LogLevel, message: string, origin: LogOrigin): string {
 *     const json = new JsonWriter().beginObject().key("request").string(origin.requestId);
 *     return json.key("message").string(message).endObject().toString();
 *   }
 * }
 * ```
 */
export abstract class Logger {
  /**
   * Returns the line for a message of the plugin or of the SDK; "" drops the message. Runs only for messages that the
   * gateway writes. What this method itself logs appears in the default format.
   */
  abstract line(level: LogLevel, message: string, origin: LogOrigin): string;

  /** @internal */
  write(level: LogLevel, message: string, origin: LogOrigin): void {
    // A message that `line` logs must not call `line` again.
    custom = null;
    const line = this.line(level, message, origin);
    setLogger(this);
    if (line.length > 0) writeLog(level, line);
  }
}

// @ts-ignore: decorator
@lazy let custom: Logger | null = null;

/** The logger of the plugin; null: the lines have the default format. */
export function customLogger(): Logger | null {
  return custom;
}

export function setLogger(logger: Logger): void {
  custom = logger;
}
