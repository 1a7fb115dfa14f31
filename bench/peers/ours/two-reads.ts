import { Action, HttpContext, ProcessRequestHeaders, SetCtx } from "as-proxy-wasm-sdk";

class Config {}

SetCtx<Config>("two-reads", [ProcessRequestHeaders<Config>(onRequestHeaders)]);

function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  const headers = ctx.requestHeaders;
  if (headers.getOr("x-a5", "") != "value 5" || headers.getOr("x-a11", "") != "value 11") {
    ctx.sendResponse(403, [], "wrong values");
  }
  return Action.Continue;
}
