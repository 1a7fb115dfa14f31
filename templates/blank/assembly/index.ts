import {
  config,
  SetCtx,
  ProcessRequestHeadersBy,
  ProcessResponseHeaders,
  HttpContext,
  Action,
  Log,
} from "as-proxy-wasm-sdk";

/** The configuration. A field keeps its initial value if the configuration leaves the field out. */
@config
class Config {
  /** The value of the header x-greeting. */
  greeting: string = "hello";
}

// Registers the functions below as the plugin's hooks. The log shows the plugin under this name.
SetCtx<Config>("my-plugin", [
  ProcessRequestHeadersBy<Config>(onRequestHeaders),
  ProcessResponseHeaders<Config>(onResponseHeaders),
]);

/** Runs when the headers of a request have arrived. */
function onRequestHeaders(ctx: HttpContext, config: Config, log: Log): Action {
  log.info("a " + ctx.method + " request for " + ctx.path);
  return Action.Continue;
}

/** Runs when the headers of the response have arrived. */
function onResponseHeaders(ctx: HttpContext, config: Config): Action {
  ctx.responseHeaders.set("x-greeting", config.greeting);
  return Action.Continue;
}
