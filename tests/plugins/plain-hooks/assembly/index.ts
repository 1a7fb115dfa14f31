// Names each hook that runs, with the hooks whose functions get no log. With the header `x-whole`, bodies are buffered.
import {
  Action,
  Body,
  HttpContext,
  ProcessRequestBody,
  ProcessRequestHeaders,
  ProcessRequestTrailers,
  ProcessResponseBody,
  ProcessResponseHeaders,
  ProcessResponseTrailers,
  ProcessStreamDone,
  ProcessStreamingRequestBody,
  ProcessStreamingResponseBody,
  SetCtx,
  decodeText,
  encodeText,
  log,
} from "as-proxy-wasm-sdk";

class NoConfig {}

SetCtx<NoConfig>("plain-hooks", [
  ProcessRequestHeaders<NoConfig>((ctx: HttpContext, config: NoConfig) => {
    const isWhole = ctx.requestHeaders.has("x-whole");
    if (isWhole) ctx.bufferRequestBody();
    ctx.set<bool>("whole", isWhole);
    return ran("request headers");
  }),
  ProcessRequestBody<NoConfig>((ctx: HttpContext, config: NoConfig, body: Body) => {
    body.append<string>("+");
    return ran("request body");
  }),
  ProcessStreamingRequestBody<NoConfig>((ctx: HttpContext, config: NoConfig, chunk: ArrayBuffer, isLast: bool) => {
    ran("request chunk");
    return upper(chunk);
  }),
  ProcessRequestTrailers<NoConfig>((ctx: HttpContext, config: NoConfig) => {
    ctx.requestTrailers.set("x-seen", "request");
    return ran("request trailers");
  }),
  ProcessResponseHeaders<NoConfig>((ctx: HttpContext, config: NoConfig) => {
    if (ctx.getOr<bool>("whole", false)) ctx.bufferResponseBody();
    return ran("response headers");
  }),
  ProcessResponseBody<NoConfig>((ctx: HttpContext, config: NoConfig, body: Body) => {
    body.append<string>("+");
    return ran("response body");
  }),
  ProcessStreamingResponseBody<NoConfig>((ctx: HttpContext, config: NoConfig, chunk: ArrayBuffer, isLast: bool) => {
    ran("response chunk");
    return upper(chunk);
  }),
  ProcessResponseTrailers<NoConfig>((ctx: HttpContext, config: NoConfig) => {
    ctx.responseTrailers.set("x-seen", "response");
    return ran("response trailers");
  }),
  ProcessStreamDone<NoConfig>((ctx: HttpContext, config: NoConfig) => {
    ran("done");
  }),
]);

function ran(hook: string): Action {
  log.info("ran: " + hook);
  return Action.Continue;
}

function upper(chunk: ArrayBuffer): ArrayBuffer {
  return encodeText(decodeText(chunk).toUpperCase());
}
