// Rejects every request body that its hook sees, and appends "!" to every response body. With the request header x-buffer,
// the hook sees each request body.
import {
  SetCtx,
  OnlyTextBodies,
  ProcessRequestHeaders,
  ProcessResponseBody,
  ReadRequestBody,
  Action,
  Body,
  HttpContext,
} from "as-proxy-wasm-sdk";

class NoConfig {}

SetCtx<NoConfig>("text-bodies", [
  OnlyTextBodies<NoConfig>(),
  ProcessRequestHeaders<NoConfig>((ctx: HttpContext, config: NoConfig) => {
    if (ctx.requestHeaders.has("x-buffer")) ctx.bufferRequestBody();
    return Action.Continue;
  }),
  ReadRequestBody<NoConfig>((ctx: HttpContext, config: NoConfig, body: Body) => {
    ctx.sendResponse(403, [], "seen");
    return Action.Continue;
  }),
  ProcessResponseBody<NoConfig>((ctx: HttpContext, config: NoConfig, body: Body) => {
    body.append<string>("!");
    return Action.Continue;
  }),
]);
