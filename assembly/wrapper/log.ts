import { outermostEntry } from "../abi/entry";
import { LogLevel } from "../abi/enums";
import { LOGGERS, REQUEST_MAP } from "../abi/features";
import { writeLog } from "../abi/log";
import { Headers } from "../proxywasm/headers";
import { logEnabled, Reporter } from "../proxywasm/log";
import { RequestHeaders } from "../proxywasm/request-headers";
import { customLogger, Logger, LogOrigin } from "./logger";
import { unsafeLevel } from "./safe-log";

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
  /** The address of the headers of a request, which is valid in one entry. As a reference, it would keep them alive. */
  private request: usize = 0;
  private requestEntry: u32 = 0;

  private id: string = "nil";

  constructor(
    /** @internal The name that the plugin gave to `SetCtx`. */
    readonly plugin: string,
  ) {
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

  /** @internal Sets the request whose id the following lines of this entry carry. */
  setRequest(request: Headers | null): void {
    this.request = changetype<usize>(request);
    this.requestEntry = outermostEntry();
  }

  private get requestId(): string {
    const request = this.request;
    if (!REQUEST_MAP || request == 0 || this.requestEntry != outermostEntry()) return "nil";
    const known = changetype<RequestHeaders>(request).knownId;
    return known === null ? "nil" : known;
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

  /**
   * Logs a message with data that others should not read, such as a body or a token: at info level, or at debug level in a
   * plugin with the option `EnableSafeLog`.
   *
   * @example
   * ```ts
   * log.unsafeInfo("authorization: " + ctx.requestHeaders.getOr("authorization", "none"));
   * ```
   */
  unsafeInfo(message: string): void {
    this.write(unsafeLevel(), message);
  }

  /** @internal */
  override write(level: LogLevel, message: string): void {
    if (!logEnabled(level)) return;
    const logger: Logger | null = LOGGERS ? customLogger() : null;
    if (logger !== null) logger.write(level, message, new LogOrigin(this.plugin, this.id, this.requestId));
    else writeLog(level, "[" + this.plugin + "] [" + this.id + "] [" + this.requestId + "] " + message);
  }
}
