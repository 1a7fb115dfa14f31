import { Action, HttpContext, ProcessRequestHeaders, SetCtx } from "as-proxy-wasm-sdk";

class Config {}

SetCtx<Config>("noop", [ProcessRequestHeaders<Config>(onRequestHeaders)]);

function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  return Action.Continue;
}
