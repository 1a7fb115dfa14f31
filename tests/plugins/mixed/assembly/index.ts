// Denies a request or makes a call for it, depending on `x-kind`. Changes all bodies and request trailers.
import {
  SetCtx,
  ProcessRequestBodyBy,
  ProcessRequestHeadersBy,
  ProcessRequestTrailersBy,
  ProcessResponseBodyBy,
  ProcessStreamDoneBy,
  Action,
  Body,
  HttpClient,
  HttpContext,
  HttpResponse,
  Log,
  TargetCluster,
} from "as-proxy-wasm-sdk";

class NoConfig {}

const client = new HttpClient(new TargetCluster("auth", "auth.example"));

SetCtx<NoConfig>("mixed", [
  ProcessRequestHeadersBy<NoConfig>((ctx: HttpContext, c: NoConfig, log: Log) => {
    const id = ctx.requestHeaders.getOr("x-id", "");
    ctx.set<string>("id", id);
    const kind = ctx.requestHeaders.getOr("x-kind", "");
    if (kind == "deny") ctx.sendResponse(403, [["x-id", id]], "denied " + id);
    if (kind != "call") return Action.Continue;
    return client.get<string>(ctx, id, "/" + id, [["x-id", id]], onResponse, 60000) === null
      ? Action.Pause
      : Action.Continue;
  }),
  ProcessRequestBodyBy<NoConfig>((ctx: HttpContext, c: NoConfig, body: Body, log: Log) => {
    body.replace(body.text() + "/" + ctx.getOr<string>("id", "none"));
    return Action.Continue;
  }),
  ProcessRequestTrailersBy<NoConfig>((ctx: HttpContext, c: NoConfig, log: Log) => {
    ctx.requestTrailers.set("x-seen", ctx.requestTrailers.getOr("x-trailer", "none"));
    return Action.Continue;
  }),
  ProcessResponseBodyBy<NoConfig>((ctx: HttpContext, c: NoConfig, body: Body, log: Log) => {
    body.append("/" + ctx.getOr<string>("id", "none"));
    return Action.Continue;
  }),
  ProcessStreamDoneBy<NoConfig>((ctx: HttpContext, c: NoConfig, log: Log) => {
    log.debug(ctx.path + " is over");
  }),
]);

function onResponse(ctx: HttpContext, id: string, response: HttpResponse, log: Log): void {
  ctx.requestHeaders.set("x-answer-of", response.text() + "," + id);
  ctx.resumeRequest();
}
