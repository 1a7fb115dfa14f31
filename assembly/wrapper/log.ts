import { LogLevel } from "../abi/enums";
import { writeLog } from "../abi/log";
import { logEnabled, Reporter } from "../proxywasm/log";
import { RequestHeaders } from "../proxywasm/request-headers";

/**
 * The log of a plugin; its lines appear in the gateway's log. A line begins as on Higress:
 * `[plugin name] [plugin id] [request id]`. The plugin id is the configuration's `_plugin_id_`. The request id appears once
 * the plugin has read `x-request-id`. An unknown id is shown as `nil`.
 *
 * A message below the gateway's log level is dropped before it is encoded. Check `enabled` before you build a costly
 * message.
 *
 * @example
 * ```ts
 * log.info("allowed " + ctx.method + " " + ctx.path);
 * if (log.enabled(LogLevel.Debug)) log.debug(ctx.requestHeaders.entries().join(" "));
 * ```
 */
export class Log extends Reporter {
  private request: RequestHeaders | null = null;

  private id: string = "nil";

  constructor(private plugin: string) {
    super();
  }

  /** @internal The plugin's id; "nil" if it has no id. */
  get pluginId(): string {
    return this.id;
  }

  /** @internal Sets the plugin's id for the following lines. */
  setId(id: string): void {
    this.id = id;
  }

  /** @internal Sets the request whose id the following lines carry. */
  setRequest(request: RequestHeaders | null): void {
    this.request = request;
  }

  /** @internal */
  override prefix(): string {
    const request = this.request;
    let requestId = "nil";
    if (request !== null) {
      const known = request.knownId;
      if (known !== null) requestId = known;
    }
    return "[" + this.plugin + "] [" + this.id + "] [" + requestId + "] ";
  }

  /** Whether the gateway currently writes messages of this level. */
  enabled(level: LogLevel): bool {
    return logEnabled(level);
  }

  /** Logs a message at trace level: every step. */
  trace(message: string): void {
    this.write(LogLevel.Trace, message);
  }

  /** Logs a message at debug level: details that help to find a mistake. */
  debug(message: string): void {
    this.write(LogLevel.Debug, message);
  }

  /** Logs a message at info level: normal operation. */
  info(message: string): void {
    this.write(LogLevel.Info, message);
  }

  /** Logs a message at warn level: something may be wrong. */
  warn(message: string): void {
    this.write(LogLevel.Warn, message);
  }

  /** Logs a message at error level: something went wrong. */
  error(message: string): void {
    this.write(LogLevel.Error, message);
  }

  /** Logs a message at critical level: the plugin cannot work. */
  critical(message: string): void {
    this.write(LogLevel.Critical, message);
  }

  private write(level: LogLevel, message: string): void {
    if (logEnabled(level)) writeLog(level, this.prefix() + message);
  }
}
