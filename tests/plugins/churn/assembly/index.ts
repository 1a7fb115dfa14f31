// Creates every kind of garbage that a request can create: strings, header pairs, stored values, log lines, local replies.
import {
  SetCtx,
  ProcessRequestHeadersBy,
  ProcessResponseHeadersBy,
  ProcessStreamDoneBy,
  Action,
  HttpContext,
  Json,
  Log,
  getProperty,
} from "as-proxy-wasm-sdk";

class NoConfig {}

SetCtx<NoConfig>("churn", [
  ProcessRequestHeadersBy<NoConfig>((ctx: HttpContext, config: NoConfig, log: Log) => {
    const headers = ctx.requestHeaders;
    const id = headers.getOr("x-id", "");
    headers.set("x-copy", id + "/" + headers.getOr("x-long", ""));
    ctx.set<string>("id", id);
    ctx.set<string[][]>("all", headers.entries());
    log.debug("begins " + id);
    if (id.endsWith("7"))
      ctx.sendResponse(
        200,
        [["x-id", id]],
        Json.parse('{"id":"' + id + '"}')
          .get("id")
          .string(),
      );
    return Action.Continue;
  }),
  ProcessResponseHeadersBy<NoConfig>((ctx: HttpContext, config: NoConfig, log: Log) => {
    ctx.responseHeaders.set("x-id", ctx.getOr<string>("id", "none"));
    return Action.Continue;
  }),
  ProcessStreamDoneBy<NoConfig>((ctx: HttpContext, config: NoConfig, log: Log) => {
    log.debug(ctx.path + " is over: " + getProperty(["response", "code"]).i64().toString());
  }),
]);
