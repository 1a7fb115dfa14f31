import { SetCtx, ParseConfig, ProcessRequestHeaders, HttpContext, Action, Json, isFieldValue } from "as-proxy-wasm-sdk";

class Config {
  enabled: bool = true;
  status: i32 = 200;
  contentType: string = "";
  body: string = "";
}

SetCtx<Config>("my-plugin", [ParseConfig<Config>(parseConfig), ProcessRequestHeaders<Config>(onRequestHeaders)]);

/** Reads the configuration. Returns the first error, which rejects the configuration, or null. */
function parseConfig(json: Json, config: Config): Error | null {
  const fields = json.fields();
  config.enabled = fields.bool("enabled", true);
  config.status = fields.i32("status", 200, 200, 599);
  config.contentType = fields.string("contentType", "text/plain; charset=utf-8");
  if (!isFieldValue(config.contentType)) fields.fail("contentType", "expected no control characters");
  config.body = fields.string("body", "");
  return fields.error;
}

/** Sends the response itself. The request reaches no upstream. */
function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  if (!config.enabled) return Action.Continue;
  ctx.sendResponse(config.status, [["content-type", config.contentType]], config.body);
  return Action.Pause;
}
