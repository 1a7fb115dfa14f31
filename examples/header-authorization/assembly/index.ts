import { SetCtx, ProcessRequestHeaders, HttpContext, Action } from "as-proxy-wasm-sdk";

class NoConfig {}

SetCtx<NoConfig>("header-authorization", [ProcessRequestHeaders<NoConfig>(onRequestHeaders)]);

function onRequestHeaders(ctx: HttpContext, config: NoConfig): Action {
  if (ctx.requestHeaders.get("allow") == "true") return Action.Continue;
  ctx.sendResponse(403, [["content-type", "text/plain"]], "Forbidden by ASM Wasm Plugin");
  return Action.Pause;
}
