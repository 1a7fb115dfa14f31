import { Handlers } from "./handlers";
import { Logger, setLogger } from "./logger";
import { CtxOption } from "./option";
import { setSafeLog } from "./safe-log";

class LoggerOption<C> extends CtxOption<C> {
  constructor(private logger: Logger) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    setLogger(this.logger);
  }
}

class SafeLogOption<C> extends CtxOption<C> {
  apply(handlers: Handlers<C>): void {
    setSafeLog();
  }
}

/**
 * Gives the log lines of the plugin, and those of the SDK about the plugin, a format of the plugin's own. Messages of
 * `console` and of traps do not change.
 *
 * @example
 * ```ts
 * class ShortLogger extends Logger {
 *   override line(level: LogLevel, message: string, origin: LogOrigin): string {
 *     return origin.plugin + ": " + message;
 *   }
 * }
 * SetCtx<Config>("my-plugin", [WithLogger<Config>(new ShortLogger()), ProcessRequestHeadersBy<Config>(onRequestHeaders)]);
 * ```
 */
export function WithLogger<C>(logger: Logger): CtxOption<C> {
  return new LoggerOption<C>(logger);
}

/**
 * Makes `log.unsafeInfo` log at debug level instead of info level, so that data which others should not read appears only
 * while someone looks for a mistake. The SDK itself logs no headers and no bodies.
 *
 * @example
 * ```ts
 * SetCtx<Config>("my-plugin", [EnableSafeLog<Config>(), ProcessRequestHeadersBy<Config>(onRequestHeaders)]);
 * ```
 */
export function EnableSafeLog<C>(): CtxOption<C> {
  return new SafeLogOption<C>();
}
