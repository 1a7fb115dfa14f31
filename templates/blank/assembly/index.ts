import {
  SetCtx,
  ParseConfig,
  ProcessRequestHeadersBy,
  ProcessResponseHeaders,
  HttpContext,
  Action,
  Json,
  Log,
} from "as-proxy-wasm-sdk";

/** The configuration. A field keeps its initial value if the configuration leaves the field out. */
class Config {
  greeting: string = "";
}

// Registers the functions below as the plugin's hooks. The log shows the plugin under this name.
SetCtx<Config>("my-plugin", [
  ParseConfig<Config>(parseConfig),
  ProcessRequestHeadersBy<Config>(onRequestHeaders),
  ProcessResponseHeaders<Config>(onResponseHeaders),
]);

/** Reads the configuration. Returns the first error, which rejects the configuration, or null. */
function parseConfig(json: Json, config: Config): Error | null {
  const fields = json.fields();
  config.greeting = fields.string("greeting", "hello");
  return fields.error;
}

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
