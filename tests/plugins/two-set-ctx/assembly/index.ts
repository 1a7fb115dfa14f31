import { SetCtx, ProcessRequestHeaders, Action, HttpContext } from "as-proxy-wasm-sdk";

class NoConfig {}

SetCtx<NoConfig>("one", [ProcessRequestHeaders<NoConfig>(onRequestHeaders)]);
SetCtx<NoConfig>("two", []);

function onRequestHeaders(ctx: HttpContext, config: NoConfig): Action {
  return Action.Continue;
}
