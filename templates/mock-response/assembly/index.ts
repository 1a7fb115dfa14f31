import { config, SetCtx, ProcessRequestHeaders, HttpContext, Action, isFieldValue } from "as-proxy-wasm-sdk";


@config
class Config {
  /** Whether the plugin responds. If not, the request reaches the upstream. */
  enabled: bool = true;
  /** @minimum 200 @maximum 599 */
  status: i32 = 200;
  contentType: string = "text/plain; charset=utf-8";
  body: string = "";

  /** Runs once the fields are read. An error rejects the configuration. */
  validate(): Error | null {
    return isFieldValue(this.contentType) ? null : new Error("contentType: expected no control characters");
  }
}

SetCtx<Config>("my-plugin", [ProcessRequestHeaders<Config>(onRequestHeaders)]);

/** Sends the response itself. The request reaches no upstream. */
function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  if (!config.enabled) return Action.Continue;
  ctx.sendResponse(config.status, [["content-type", config.contentType]], config.body);
  return Action.Pause;
}
