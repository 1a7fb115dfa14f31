// Reads chunks, and pauses a message at its first chunk for a call to the cluster "later". Writes over each chunk, which
// must not change the body.
import {
  SetCtx,
  ReadStreamingRequestBody,
  ReadStreamingResponseBodyBy,
  HttpClient,
  HttpContext,
  HttpResponse,
  Log,
  TargetCluster,
} from "as-proxy-wasm-sdk";

class NoConfig {}

SetCtx<NoConfig>("chunk-read-pause", [
  ReadStreamingRequestBody<NoConfig>((ctx: HttpContext, config: NoConfig, chunk: ArrayBuffer, isLast: bool) => {
    if (!ctx.getOr<bool>("request", false)) ctx.needPauseStreamingRequest();
    call(ctx, "request", chunk);
  }),
  ReadStreamingResponseBodyBy<NoConfig>(
    (ctx: HttpContext, config: NoConfig, chunk: ArrayBuffer, isLast: bool, log: Log) => {
      if (!ctx.getOr<bool>("response", false)) ctx.needPauseStreamingResponse();
      call(ctx, "response", chunk);
    },
  ),
]);

function call(ctx: HttpContext, side: string, chunk: ArrayBuffer): void {
  Uint8Array.wrap(chunk).fill(0x21);
  if (ctx.getOr<bool>(side, false)) return;
  ctx.set<bool>(side, true);
  new HttpClient(new TargetCluster("later", "later.example")).get<string>(ctx, side, "/", [], onResponse);
}

function onResponse(ctx: HttpContext, side: string, response: HttpResponse, log: Log): void {
  if (side == "response") ctx.resumeResponse();
  else if (response.status == 200) ctx.resumeRequest();
  else ctx.sendResponse(403, [], "denied");
}
