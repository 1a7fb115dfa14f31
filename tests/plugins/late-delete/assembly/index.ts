// Sets two request headers in a call handler that resumes the request, and deletes one of them in the hook on the body, which
// runs in the same callback. Also reads a value back that is UTF-8 only as a whole.
import {
  SetCtx,
  ProcessRequestBodyBy,
  ProcessRequestHeadersBy,
  Action,
  Body,
  HttpClient,
  HttpContext,
  HttpResponse,
  Log,
  TargetCluster,
} from "as-proxy-wasm-sdk";

class NoConfig {}

SetCtx<NoConfig>("late-delete", [
  ProcessRequestHeadersBy<NoConfig>((ctx: HttpContext, config: NoConfig, log: Log) => {
    const headers = ctx.requestHeaders;
    headers.set("x-parts", "\uDCC3\uDCA9");
    headers.set("x-length", headers.getOr("x-parts", "").length.toString());
    const client = new HttpClient(new TargetCluster("later", "later.example"));
    return client.get<NoConfig>(ctx, config, "/", [], onResponse) === null ? Action.Pause : Action.Continue;
  }),
  ProcessRequestBodyBy<NoConfig>((ctx: HttpContext, config: NoConfig, body: Body, log: Log) => {
    ctx.requestHeaders.delete("x-secret");
    return Action.Continue;
  }),
]);

function onResponse(ctx: HttpContext, config: NoConfig, response: HttpResponse, log: Log): void {
  ctx.requestHeaders.set("x-a", "1");
  ctx.requestHeaders.set("x-secret", "hunter2");
  ctx.resumeRequest();
}
