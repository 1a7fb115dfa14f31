import {
  SetCtx,
  ParseConfigBy,
  ProcessRequestHeaders,
  ProcessResponseHeaders,
  Action,
  HttpContext,
} from "as-proxy-wasm-sdk";
import { LimitConfig, prepare } from "./config";

SetCtx<LimitConfig>("token-bucket", [
  ParseConfigBy<LimitConfig>(prepare),
  ProcessRequestHeaders<LimitConfig>(onRequestHeaders),
  ProcessResponseHeaders<LimitConfig>(onResponseHeaders),
]);

function onRequestHeaders(ctx: HttpContext, config: LimitConfig): Action {
  if (!config.buckets.take(config.key.of(ctx))) {
    ctx.sendResponse(config.status, config.replyHeaders, config.body, "token_bucket_rate_limited");
  }
  return Action.Continue;
}

function onResponseHeaders(ctx: HttpContext, config: LimitConfig): Action {
  const headers = config.addedHeaders;
  for (let i = 0; i < headers.length; i++) ctx.responseHeaders.append(headers[i][0], headers[i][1]);
  if (config.configData.length != 0) ctx.responseHeaders.append("configdata", config.configData);
  return Action.Continue;
}
