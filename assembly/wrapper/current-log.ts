import { LogLevel } from "../abi/enums";
import { writeLog } from "../abi/log";
import { logEnabled, report, reporter } from "../proxywasm/log";
import { unsafeLevel } from "./safe-log";

/** Writes through the log of the hook, parser or call handler that runs. Its methods are those of `Log`. */
class CurrentLog {
  /** Whether the gateway currently writes messages of this level. */
  enabled(level: LogLevel): bool {
    return logEnabled(level);
  }

  /** Logs a message at trace level: every step. */
  trace(message: string): void {
    write(LogLevel.Trace, message);
  }

  /** Logs a message at debug level: details that help to find a mistake. */
  debug(message: string): void {
    write(LogLevel.Debug, message);
  }

  /** Logs a message at info level: normal operation. */
  info(message: string): void {
    write(LogLevel.Info, message);
  }

  /** Logs a message at warn level: something may be wrong. */
  warn(message: string): void {
    write(LogLevel.Warn, message);
  }

  /** Logs a message at error level: something went wrong. */
  error(message: string): void {
    write(LogLevel.Error, message);
  }

  /** Logs a message at critical level: the plugin cannot work. */
  critical(message: string): void {
    write(LogLevel.Critical, message);
  }

  /** Logs a message with data that others should not read; see `Log.unsafeInfo`. */
  unsafeInfo(message: string): void {
    write(unsafeLevel(), message);
  }
}

function write(level: LogLevel, message: string): void {
  // While the module starts, no plugin runs, and the host does not tell its log level.
  if (reporter() === null) writeLog(level, message);
  else report(level, message);
}

/**
 * The log of the hook, parser, tick or call handler that runs, for functions without a `log` parameter: those of
 * `ProcessRequestHeaders`, `ParseConfig` and so on, and the plugin's own functions. Its lines carry the plugin's name, the
 * plugin id and the id of the current request, as those of the parameter. At the top level of a file, lines carry no names.
 *
 * @example
 * ```ts
 * function isAllowed(path: string): bool {
 *   log.debug("checking " + path);
 *   return path.startsWith("/public/");
 * }
 * ```
 */
// @ts-ignore: decorator
@lazy export const log: CurrentLog = new CurrentLog();
