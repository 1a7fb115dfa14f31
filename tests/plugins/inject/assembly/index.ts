// Queues the chunks of a response until the cluster "later" has responded, then injects them, as plugins in Go do. With
// {"early":true}, injects in the hook on request headers, which is an error.
import {
  SetCtx,
  ParseConfigBy,
  ProcessRequestHeadersBy,
  ProcessStreamingResponseBodyBy,
  Action,
  HttpClient,
  HttpContext,
  HttpResponse,
  Json,
  Log,
  TargetCluster,
  encodeText,
} from "as-proxy-wasm-sdk";

class Config {
  early: bool = false;
}

SetCtx<Config>("inject", [
  ParseConfigBy<Config>((json: Json, config: Config, log: Log) => {
    config.early = json.at("early").bool();
    return null;
  }),
  ProcessRequestHeadersBy<Config>((ctx: HttpContext, config: Config, log: Log) => {
    if (config.early) ctx.injectResponseBody(encodeText("x"));
    return Action.Continue;
  }),
  ProcessStreamingResponseBodyBy<Config>(
    (ctx: HttpContext, config: Config, chunk: ArrayBuffer, isLast: bool, log: Log) => {
      ctx.needPauseStreamingResponse();
      ctx.pushBuffer(chunk);
      ctx.set<bool>("ended", isLast);
      if (!ctx.getOr<bool>("asked", false)) {
        ctx.set<bool>("asked", true);
        new HttpClient(new TargetCluster("later", "later")).get<Config>(ctx, config, "/", [], onResponse);
      }
      return new ArrayBuffer(0);
    },
  ),
]);

function onResponse(ctx: HttpContext, config: Config, response: HttpResponse, log: Log): void {
  ctx.set<bool>("asked", false);
  ctx.injectResponseBody(encodeText("[" + ctx.bufferQueueSize().toString() + "]"));
  let bytes = ctx.popBuffer();
  while (bytes !== null) {
    ctx.injectResponseBody(bytes, ctx.getOr<bool>("ended", false) && ctx.bufferQueueSize() == 0);
    bytes = ctx.popBuffer();
  }
  if (ctx.getOr<bool>("ended", false)) ctx.injectResponseBody(encodeText("too late"));
}
