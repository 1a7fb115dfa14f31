// Pauses messages in its hooks on chunks, as its configuration says, and passes on each chunk in upper case.
//
// "gather": pauses before the last chunk, and resumes in the hook for the last chunk
// "call": pauses for a call to the cluster "later" if no call is in flight; resumes with its response
// "last": as "call", but only for the last chunk
// "never": pauses and never resumes
// "skip": as "call", but leaves the text as it is, and lets the rest pass without the hook
import {
  SetCtx,
  ParseConfigBy,
  ProcessRequestTrailersBy,
  ProcessStreamingRequestBodyBy,
  ProcessStreamingResponseBodyBy,
  Action,
  HttpClient,
  HttpContext,
  HttpResponse,
  Json,
  Log,
  TargetCluster,
  decodeText,
  encodeText,
} from "as-proxy-wasm-sdk";

class Config {
  request: string = "";
  response: string = "";
  limit: i32 = 0;
}

SetCtx<Config>("chunk-pause", [
  ParseConfigBy<Config>((json: Json, config: Config, log: Log) => {
    config.request = json.at("request").string();
    config.response = json.at("response").string();
    config.limit = json.at("limit").i32();
    return null;
  }),
  ProcessStreamingRequestBodyBy<Config>(
    (ctx: HttpContext, config: Config, chunk: ArrayBuffer, isLast: bool, log: Log) => {
      if (config.limit > 0) ctx.setRequestBodyBufferLimit(config.limit);
      return pass(ctx, true, config.request, chunk, isLast);
    },
  ),
  ProcessRequestTrailersBy<Config>((ctx: HttpContext, config: Config, log: Log) => {
    ctx.requestTrailers.set("x-seen", "1");
    return Action.Continue;
  }),
  ProcessStreamingResponseBodyBy<Config>(
    (ctx: HttpContext, config: Config, chunk: ArrayBuffer, isLast: bool, log: Log) => {
      if (config.limit > 0) ctx.setResponseBodyBufferLimit(config.limit);
      return pass(ctx, false, config.response, chunk, isLast);
    },
  ),
]);

function pass(ctx: HttpContext, ofRequest: bool, mode: string, chunk: ArrayBuffer, isLast: bool): ArrayBuffer {
  // The network decides how much of the body is in the first chunk, so this mode leaves the text as it is.
  if (mode == "skip") return skip(ctx, ofRequest, chunk);
  if (mode == "gather" && isLast) {
    if (ofRequest) ctx.resumeRequest();
    else ctx.resumeResponse();
  } else if (mode == "gather" || mode == "never") pause(ctx, ofRequest);
  else if ((mode == "last" && isLast) || mode == "call") {
    if (!ctx.getOr<bool>("waits", false)) pauseForCall(ctx, ofRequest);
  }
  return encodeText(decodeText(chunk).toUpperCase());
}

function skip(ctx: HttpContext, ofRequest: bool, chunk: ArrayBuffer): ArrayBuffer {
  if (ctx.getOr<bool>("skips", false)) ctx.log.error("the hook was called again");
  ctx.set<bool>("skips", true);
  pauseForCall(ctx, ofRequest);
  if (ofRequest) ctx.dontReadRequestBody();
  else ctx.dontReadResponseBody();
  return chunk;
}

function pauseForCall(ctx: HttpContext, ofRequest: bool): void {
  pause(ctx, ofRequest);
  ctx.set<bool>("waits", true);
  const client = new HttpClient(new TargetCluster("later", "later.example"));
  client.get<string>(ctx, ofRequest ? "request" : "response", "/", [], onResponse);
}

function pause(ctx: HttpContext, ofRequest: bool): void {
  if (ofRequest) ctx.needPauseStreamingRequest();
  else ctx.needPauseStreamingResponse();
}

function onResponse(ctx: HttpContext, side: string, response: HttpResponse, log: Log): void {
  ctx.set<bool>("waits", false);
  if (response.status != 200) ctx.sendResponse(403, [], "denied");
  else if (side == "request") ctx.resumeRequest();
  else ctx.resumeResponse();
}
