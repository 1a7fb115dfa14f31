// Logs with a format of its own, and through the log of the package.
import {
  Action,
  EnableSafeLog,
  HttpContext,
  Json,
  LogLevel,
  LogOrigin,
  Logger,
  ParseConfig,
  ProcessRequestHeaders,
  SetCtx,
  WithLogger,
  log,
} from "as-proxy-wasm-sdk";

class NoConfig {}

class BarLogger extends Logger {
  override line(level: LogLevel, message: string, origin: LogOrigin): string {
    if (message == "dropped") return "";
    if (message == "within") log.info("inner");
    return [level.toString(), origin.plugin, origin.pluginId, origin.requestId, message].join("|");
  }
}

log.info("at the top level");

SetCtx<NoConfig>("logs", [
  WithLogger<NoConfig>(new BarLogger()),
  EnableSafeLog<NoConfig>(),
  ParseConfig<NoConfig>((json: Json, config: NoConfig) => {
    log.info("parsing");
    return null;
  }),
  ProcessRequestHeaders<NoConfig>((ctx: HttpContext, config: NoConfig) => {
    ctx.requestHeaders.get("x-request-id");
    log.trace("a");
    log.debug("b");
    log.info("c");
    log.warn("d");
    log.error("e");
    log.critical("f");
    log.unsafeInfo("secret");
    log.info("dropped");
    log.info("within");
    log.info(log.enabled(LogLevel.Debug) ? "debug is on" : "debug is off");
    ctx.sendResponse(999, [], "");
    return Action.Continue;
  }),
]);
