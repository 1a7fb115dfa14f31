import { Action, HttpContext, ProcessResponseHeaders, SetCtx } from "as-proxy-wasm-sdk";

class Config {}

SetCtx<Config>("response-header", [ProcessResponseHeaders<Config>(onResponseHeaders)]);

function onResponseHeaders(ctx: HttpContext, config: Config): Action {
  ctx.responseHeaders.set("x-bench", "1");
  return Action.Continue;
}
