import { Action, HttpContext, ProcessRequestHeaders, SetCtx } from "as-proxy-wasm-sdk";

class Config {}

SetCtx<Config>("headers60", [ProcessRequestHeaders<Config>(onRequestHeaders)]);

function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  const headers = ctx.requestHeaders;
  for (let i = 0; i < 20; i++) headers.set("x-bench-" + i.toString(), "value-" + i.toString());
  let got = 0;
  for (let i = 0; i < 20; i++) got += headers.getOr("x-bench-" + i.toString(), "").length;
  for (let i = 0; i < 20; i++) headers.delete("x-bench-" + i.toString());
  if (got != 150) ctx.sendResponse(500, [], "wrong values");
  return Action.Continue;
}
