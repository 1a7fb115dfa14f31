import { LogLevel } from "../abi/enums";
import { writeLog } from "../abi/log";
import { logEnabled, Reporter } from "../proxywasm/log";
import { RequestHeaders } from "../proxywasm/request-headers";

/**
 * The log of a plugin, in the gateway's own. A line begins as on Higress: `[plugin name] [plugin id] [request id]`, where
 * the id is the configuration's `_plugin_id_`, and the request's is there once the plugin has read `x-request-id`; `nil`
 * stands for what is not there.
 *
 * A message below the gateway's level is dropped before it is encoded; where it is costly to build, ask `enabled`.
 *
 * @example
 * ```ts
 * log.info("allowed " + user);
 * if (log.enabled(LogLevel.Debug)) log.debug(describe(ctx));
 * ```
 */
export class Log extends Reporter {
  private request: RequestHeaders | null = null;

  private id: string = "nil";

  constructor(private plugin: string) {
    super();
  }

  /** @internal The plugin's id; "nil" where it has none. */
  get pluginId(): string {
    return this.id;
  }

  /** @internal The plugin's id from here on. */
  setId(id: string): void {
    this.id = id;
  }

  /** @internal The request that lines are about from here on. */
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

  /** Whether the gateway writes messages of this level now. */
  enabled(level: LogLevel): bool {
    return logEnabled(level);
  }

  /** A message for someone who follows every step. */
  trace(message: string): void {
    this.write(LogLevel.Trace, message);
  }

  /** A message for someone who looks for a mistake. */
  debug(message: string): void {
    this.write(LogLevel.Debug, message);
  }

  /** A message about what happens as it should. */
  info(message: string): void {
    this.write(LogLevel.Info, message);
  }

  /** A message about something that may be wrong. */
  warn(message: string): void {
    this.write(LogLevel.Warn, message);
  }

  /** A message about something that went wrong. */
  error(message: string): void {
    this.write(LogLevel.Error, message);
  }

  /** A message about something that keeps the plugin from working. */
  critical(message: string): void {
    this.write(LogLevel.Critical, message);
  }

  private write(level: LogLevel, message: string): void {
    if (logEnabled(level)) writeLog(level, this.prefix() + message);
  }
}
