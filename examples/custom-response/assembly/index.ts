import {
  Action,
  HttpContext,
  ParseConfig,
  ProcessRequestHeaders,
  ProcessResponseHeaders,
  SetCtx,
} from "as-proxy-wasm-sdk";
import { CustomResponseConfig, parseConfig } from "./config";
import { CustomResponse } from "./custom-response";

SetCtx<CustomResponseConfig>("custom-response", [
  ParseConfig<CustomResponseConfig>(parseConfig),
  ProcessRequestHeaders<CustomResponseConfig>(onRequestHeaders),
  ProcessResponseHeaders<CustomResponseConfig>(onResponseHeaders),
]);

/** Responds instead of the upstream, unless the responses depend on the status code of the upstream's response. */
function onRequestHeaders(ctx: HttpContext, config: CustomResponseConfig): Action {
  const response = config.withoutStatus;
  if (response !== null) send(ctx, response);
  return Action.Continue;
}

function onResponseHeaders(ctx: HttpContext, config: CustomResponseConfig): Action {
  if (config.withoutStatus !== null) return Action.Continue;
  const response = config.forStatus(ctx.responseHeaders.getOr(":status", ""));
  if (response !== null) send(ctx, response);
  return Action.Continue;
}

function send(ctx: HttpContext, response: CustomResponse): void {
  ctx.sendResponse(response.statusCode, response.headers, response.body, "custom-response");
}
